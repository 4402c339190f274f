import sys

import pytest

from kernel import shipped


def test_a_checkout_has_the_folders_of_deploy():
    """Regulation profiles, templates and samples are found from the source tree."""
    assert (shipped.shipped("regulation") / "cn-2022.yaml").is_file()
    assert shipped.shipped("no-such-folder") is None


def test_an_installation_has_them_in_share(tmp_path, monkeypatch):
    """Away from a checkout they are taken from share/lianxin of the interpreter's prefix."""
    place = tmp_path / "share/lianxin/regulation"
    place.mkdir(parents=True)
    monkeypatch.setattr(shipped, "HERE", tmp_path / "lib/kernel/shipped.py")
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert shipped.shipped("regulation") == place
    assert str(shipped.shipped_or_here("documents")) == "deploy/documents"


@pytest.mark.parametrize("service", ["intake", "routing", "mediation", "hearing"])
def test_services_go_by_what_came_along(service):
    """The regulation folder of every service is by default the one that was shipped."""
    settings = pytest.importorskip(f"{service}.settings")
    assert (settings.Settings(node="anji").regulation / "cn-2022.yaml").is_file()
