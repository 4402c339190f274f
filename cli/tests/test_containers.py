"""The jobs of a node in containers: what they make, what they leave alone, what they refuse."""

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
import yaml
from cryptography import x509
from psycopg import errors
from sqlalchemy.engine import make_url

from kernel import shipped
from kernel.directory import read_directory
from kernel.pki import Subject
from kernel.settings import load
from lianxin.cli.commands.node import read_config
from lianxin.cli.containers import founding, migrating, preparing
from lianxin.cli.containers.preparing import KEYS_IN, SERVICES, CertificateAwaited, prepare

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def settings(folder: Path, node: str = "anji", **more: object) -> preparing.Settings:
    """Of a node whose volumes lie in a folder."""
    places = {name: folder / name for name in ("keys", "pki", "given")}
    hosts = ("county.example", "192.0.2.7")
    given = {"folder": folder / "prepared", "hosts": hosts, **places, **more}
    return preparing.Settings(node, **given)


def files(folder: Path) -> dict[str, bytes]:
    """Everything below a folder."""
    found = (file for file in folder.rglob("*") if file.is_file())
    return {str(file.relative_to(folder)): file.read_bytes() for file in found}


def certificate(file: Path) -> x509.Certificate:
    """The certificate in a file."""
    return x509.load_pem_x509_certificate(file.read_bytes())


def test_each_container_gets_its_own_secrets(tmp_path):
    """A volume holds its service's key, seed and address, which the other volumes do not hold."""
    prepare(settings(tmp_path), now=NOW)
    made = {name: files(tmp_path / "prepared" / name) for name in SERVICES}
    for name, content in made.items():
        secrets = [content[each] for each in ("tls.key", "nats.nk", "database.url")]
        others = b"".join(b"".join(made[other].values()) for other in SERVICES if other != name)
        assert not any(secret in others for secret in secrets)
        assert content["node"] == b"anji"
        assert f"//{name}:".encode() in content["database.url"]
        assert b"sslmode=verify-full" in content["database.url"]


def test_the_object_store_and_intake_share_a_word(tmp_path):
    """Nobody else has it; the address names the store's certificate and authority."""
    prepare(settings(tmp_path), now=NOW)
    made = {each.name: files(each) for each in (tmp_path / "prepared").iterdir()}
    word = made["store"]["password"]
    holders = {name for name, content in made.items() if word in b"".join(content.values())}
    assert holders == {"store", "intake"}
    assert made["intake"]["files.url"].startswith(b"s3://intake:" + word + b"@files?endpoint=https")
    assert "store" in Subject.read(certificate(tmp_path / "prepared/store/tls.crt")).hosts
    assert made["store"]["ca.pem"] in made["intake"]["ca.pem"]


def test_a_database_of_somebody_else_is_trusted_by_its_own_authority(tmp_path):
    """Its CA goes to everybody who dials it and to no other door; the script tells the roles."""
    given = tmp_path / "given"
    given.mkdir()
    (given / "database-ca.pem").write_bytes(b"an authority")
    prepare(settings(tmp_path, database="db.example:5432"), now=NOW)
    made = {each.name: files(each) for each in (tmp_path / "prepared").iterdir()}
    readers = {name for name, content in made.items() if "database-ca.pem" in content}
    assert readers == {*SERVICES, "admin"}
    for name in SERVICES:
        address = make_url(made[name]["database.url"].decode())
        assert (address.host, address.query["sslmode"]) == ("db.example", "verify-full")
        assert address.query["sslrootcert"] == "/run/lianxin/database-ca.pem"
        assert b"an authority" not in made[name]["ca.pem"]
    said = migrating.roles_script(migrating.Settings(tmp_path / "prepared" / "admin"))
    assert all(f'CREATE DATABASE "{name}" OWNER "{name}_owner"' in said for name in SERVICES)
    assert not any(made["admin"][f"{name}.password"].decode() in said for name in SERVICES)


def test_secrets_are_for_their_owner_alone(tmp_path):
    """Keys, seeds, passwords and addresses can be read by nobody but their owner."""
    prepare(settings(tmp_path), now=NOW)
    kept = [*(tmp_path / "prepared").rglob("*"), *(tmp_path / "keys").rglob("*")]
    ends = (".key", ".nk", ".url", ".password", ".seal")
    secret = [file for file in kept if file.name.endswith(ends)]
    assert len(secret) > 20
    assert {stat.S_IMODE(file.stat().st_mode) for file in secret} == {0o600}


def test_said_again_it_changes_nothing(tmp_path):
    """A second start leaves keys, passwords and certificates as they are."""
    prepare(settings(tmp_path), now=NOW)
    before = files(tmp_path)
    prepare(settings(tmp_path), now=NOW + timedelta(days=30))
    assert files(tmp_path) == before


def test_certificates_are_renewed_in_time(tmp_path):
    """Sixty days before its end a certificate is made anew, as it is when the names change."""
    prepare(settings(tmp_path), now=NOW)
    file = tmp_path / "prepared/intake/tls.crt"
    first = certificate(file)
    late = first.not_valid_after_utc - timedelta(days=59)
    prepare(settings(tmp_path), now=late)
    second = certificate(file)
    assert second.not_valid_after_utc > late + timedelta(days=300)
    prepare(settings(tmp_path, hosts=("another.example",)), now=late)
    assert "another.example" in Subject.read(certificate(file)).hosts


def test_a_node_below_waits_for_its_certificate(tmp_path):
    """Below the county a node cannot make its own certificate: it names what is missing."""
    with pytest.raises(CertificateAwaited, match=r"node\.pem and nodes-ca\.pem"):
        prepare(settings(tmp_path, "dipu", parent="anji-routing:7315"), now=NOW)


def test_nodes_on_one_host_are_introduced(tmp_path):
    """Founding gives each node a certificate with its code and the directory its keys."""
    below = ("dipu=s-dipu", "lujia=s-dipu-lujia")
    given = {"folder": tmp_path / "nodes", "pki": tmp_path / "pki"}
    written = tmp_path / "directory.json"
    founded = founding.Settings("anji", below, directory=written, **given)
    founding.found(founded, now=NOW)
    before = files(tmp_path)
    founding.found(founded, now=NOW)
    assert files(tmp_path) == before
    subject = Subject.read(certificate(tmp_path / "nodes/1/given/node.pem"))
    assert (subject.node, "dipu-routing" in subject.hosts) == ("dipu", True)
    directory = read_directory(written.read_bytes())
    assert directory.node_of("s-dipu-lujia") == "lujia"
    assert all(entry.public_key and entry.nats_key for entry in directory.file.delegations)
    places = {name: tmp_path / "nodes/1" / name for name in ("keys", "given")}
    child = settings(tmp_path / "dipu", "dipu", parent="anji-routing:7315", **places)
    prepare(child, now=NOW)
    doors = json.loads((tmp_path / "dipu/prepared/doors/identity.json").read_text())
    assert doors["public_key"] == directory.file.delegations[0].public_key


def plain(address: str) -> str:
    """The same without TLS: the server of the tests has none."""
    return make_url(address).set(query={}).render_as_string(hide_password=False)


@pytest.fixture
def migrated(tmp_path, postgres_server):
    """A prepared node with databases; the folder of what its jobs are given."""
    prepare(settings(tmp_path, database=f"127.0.0.1:{postgres_server.port}"), now=NOW)
    admin = tmp_path / "prepared/admin"
    for file in admin.glob("*.url"):
        given = postgres_server.url() if file.name == "admin.url" else file.read_text("ascii")
        file.write_text(plain(given), encoding="ascii")
    node = yaml.safe_load((admin / "node.yaml").read_text("ascii"))
    addresses = {name: plain(address) for name, address in node["databases"].items()}
    here = node | {"data": str(tmp_path / "data"), "databases": addresses}
    (admin / "node.yaml").write_text(yaml.safe_dump(here), encoding="ascii")
    (tmp_path / "data").mkdir()
    job = load(migrating.Settings, migrating.PREFIX, {"MIGRATE_FOLDER": str(admin)})
    try:
        migrating.migrate_all(job)
        migrating.migrate_all(job)
        yield admin
    finally:
        for service in SERVICES:
            postgres_server.drop(postgres_server.url(service))


def test_databases_roles_and_schemas_are_made(tmp_path, migrated):
    """Migrating makes a database and two roles a service; its own role reads and cannot alter."""
    for service in SERVICES:
        url = (tmp_path / "prepared" / service / "database.url").read_text(encoding="ascii")
        with psycopg.connect(plain(url)) as connection:
            found = connection.execute("SELECT count(*) FROM outbox").fetchone()
            assert found == (0,)
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute("ALTER TABLE outbox ADD COLUMN more text")


def test_copies_are_put_back_only_when_no_service_is_connected(tmp_path, migrated, run):
    """Whoever still is stops the restore before anything is touched; then services read again."""
    config = str(migrated / "node.yaml")
    made = run("backup", str(tmp_path / "backups"), "--config", config)
    assert made.status == 0, made.err
    (copy,) = (tmp_path / "backups").iterdir()
    words = ("restore", str(copy), "--config", config, "--replace")
    address = (tmp_path / "prepared/mediation/database.url").read_text(encoding="ascii")
    with psycopg.connect(plain(address)):
        refused = run(*words)
    assert refused.status != 0
    assert "mediation" in refused.err
    assert not (tmp_path / "data/incarnation").exists()
    done = run(*words)
    assert done.status == 0, done.err
    with psycopg.connect(plain(address)) as connection:
        assert connection.execute("SELECT count(*) FROM outbox").fetchone() == (0,)


def test_the_sample_directory_comes_along():
    """What founding begins with is among the files that are shipped."""
    folder = shipped.shipped("samples")
    assert folder is not None
    assert founding.Settings("anji", ()).sample == folder / "anji" / "directory.yaml"


def test_the_command_finds_the_keys_of_the_node(tmp_path):
    """`lianxin keys` reads the node file among the doors: folder of keys, and whom it hangs on."""
    prepare(settings(tmp_path), now=NOW)
    file = tmp_path / "prepared" / "doors" / "node.yaml"
    county = read_config(file)
    assert (county.node, county.keys, county.parent) == ("anji", KEYS_IN / "keys", None)
    below = {"parent": "p:7315", "parent_node": "anji", "parent_nats": "tls://p:7312"}
    preparing._node_file(settings(tmp_path, "dipu", **below))
    parent = read_config(file).parent
    assert parent is not None
    assert (parent.node, parent.nats) == ("anji", "tls://p:7312")
