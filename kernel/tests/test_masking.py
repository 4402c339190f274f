import pytest

from kernel.identity import Caller, Kind, Role
from kernel.masking import Shown, address, name, phone, shown_to


@pytest.mark.parametrize(
    "given,shown",
    [
        ("张三", "张*"),
        ("张三丰", "张**"),
        ("欧阳修", "欧阳*"),
        ("欧阳", "欧*"),
        ("买买提·艾力", "买*****"),
        ("Anna Berg", "A***"),
        ("王", "王*"),
        ("  李四 ", "李*"),
        ("", ""),
    ],
)
def test_name_keeps_the_surname(given: str, shown: str) -> None:
    """A masked name keeps the surname, of two characters where it is a compound one."""
    assert name(given) == shown


@pytest.mark.parametrize(
    "given,shown",
    [
        ("13800001234", "138****1234"),
        ("+86 138 0000 1234", "138****1234"),
        ("0572-5123456", "********456"),
        ("12345", "*****"),
        ("没有", ""),
        ("", ""),
    ],
)
def test_phone_keeps_its_ends(given: str, shown: str) -> None:
    """A masked mobile number keeps three and four digits, a landline the last three."""
    assert phone(given) == shown


@pytest.mark.parametrize(
    "given,shown",
    [
        ("浙江省安吉县递铺街道鹤鹿溪村18号", "浙江省安吉县递铺街道鹤鹿溪村***"),
        ("天荒坪镇山河村", "天荒坪镇山河村"),
        ("递铺街道城北社区5幢2单元301室", "递铺街道城北社区***"),
        ("昌硕街道天目路1号", "昌硕街道***"),
        ("灵峰路15号", "***"),
        ("", ""),
    ],
)
def test_address_ends_at_the_village(given: str, shown: str) -> None:
    """A masked address goes down to the village, else the township, else shows nothing."""
    assert address(given) == shown


def test_full_and_hidden() -> None:
    """A reader who may sees the field itself; one who may not sees nothing, not even its length."""
    for mask in (name, phone, address):
        assert mask("13800001234", Shown.FULL) == "13800001234"
        assert mask("13800001234", Shown.HIDDEN) == ""


def _staff(role: Role) -> Caller:
    return Caller(Kind.STAFF, "zhao", roles=frozenset({role}))


@pytest.mark.parametrize(
    "role,shown",
    [
        (Role.HANDLER, Shown.FULL),
        (Role.REGISTRAR, Shown.FULL),
        (Role.SUPERVISOR, Shown.MASKED),
        (Role.UPPER_INSPECTOR, Shown.MASKED),
        (Role.JOINT_OFFICE, Shown.MASKED),
    ],
)
def test_those_who_supervise_see_masked_fields(role: Role, shown: Shown) -> None:
    """Who handles sees the person, who supervises the masked one, who has no content nothing."""
    assert shown_to(_staff(role), reads_content=True) is shown
    assert shown_to(_staff(role), reads_content=False) is Shown.HIDDEN


def test_identity_withheld_from_handlers() -> None:
    """A resident who asked to stay unknown is known to the desk that took the matter alone."""
    seen = {role for role in Role if _sees_withheld(role)}
    assert seen == {Role.REGISTRAR, Role.TRIAGE}


def _sees_withheld(role: Role) -> bool:
    return shown_to(_staff(role), reads_content=True, withheld=True) is not Shown.HIDDEN
