from __future__ import annotations

import datetime as dt

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from terraform_plugin import certificate


@pytest.fixture
def made() -> tuple[bytes, x509.Certificate, bytes]:
    """A key in PEM, its certificate as a library reads it from PEM, and the certificate in DER."""
    key, pem, der = certificate.make()
    return key, x509.load_pem_x509_certificate(pem), der


def test_both_forms_are_the_same_certificate(made: tuple[bytes, x509.Certificate, bytes]) -> None:
    _, read, der = made
    assert read.public_bytes(Encoding.DER) == der


def test_it_is_signed_with_the_key_that_it_names(made: tuple[bytes, x509.Certificate, bytes]) -> None:
    key, read, _ = made
    private = load_pem_private_key(key, None)
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    assert private.curve.name == "secp256r1"
    assert private.public_key() == read.public_key()
    assert isinstance(read.signature_hash_algorithm, hashes.SHA256)
    read.verify_directly_issued_by(read)


def test_it_says_what_terraform_looks_at(made: tuple[bytes, x509.Certificate, bytes]) -> None:
    _, read, _ = made
    assert read.version == x509.Version.v3
    assert read.subject.rfc4514_string() == "CN=localhost"
    assert read.issuer == read.subject
    names = read.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert (names.critical, names.value) == (False, x509.SubjectAlternativeName([x509.DNSName("localhost")]))
    constraints = read.extensions.get_extension_for_class(x509.BasicConstraints)
    assert (constraints.critical, constraints.value) == (True, x509.BasicConstraints(ca=True, path_length=None))


def test_it_is_valid_from_shortly_before_now_for_a_month(made: tuple[bytes, x509.Certificate, bytes]) -> None:
    _, read, _ = made
    now = dt.datetime.now(dt.UTC)
    assert dt.timedelta(minutes=4) < now - read.not_valid_before_utc < dt.timedelta(minutes=6)
    assert read.not_valid_after_utc - read.not_valid_before_utc == dt.timedelta(days=30, minutes=5)


def test_no_two_are_alike() -> None:
    first, second = certificate.make(), certificate.make()
    assert first[0] != second[0]
    numbers = {x509.load_der_x509_certificate(der).serial_number for _, _, der in (first, second)}
    assert len(numbers) == 2


def test_a_length_is_written_as_short_as_it_can_be() -> None:
    assert certificate.der(0x04, b"ab", b"c") == b"\x04\x03abc"
    assert certificate.der(0x04, b"x" * 127)[:2] == b"\x04\x7f"
    assert certificate.der(0x04, b"x" * 128)[:3] == b"\x04\x81\x80"
    assert certificate.der(0x04, b"x" * 300)[:4] == b"\x04\x82\x01\x2c"
