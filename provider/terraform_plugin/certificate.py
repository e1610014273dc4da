"""A key and a self-signed certificate for one process, with which Terraform knows whom it talks to.

The key is made and the signature computed by `cryptography`; the certificate around them is a handful of fixed fields,
written here in DER (X.690, RFC 5280). `cryptography.x509` would write the same and takes a seventh of the time until
the handshake to import.
"""

from __future__ import annotations

import base64
import datetime as dt
import os
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

LIFETIME: Final = dt.timedelta(days=30)
CLOCK_DIFFERENCE: Final = dt.timedelta(minutes=5)

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, OBJECT_IDENTIFIER = 0x01, 0x02, 0x03, 0x04, 0x06
UTF8_STRING, UTC_TIME, SEQUENCE, SET = 0x0C, 0x17, 0x30, 0x31
DNS_NAME = 0x82  # of a subject alternative name
TRUE: Final = b"\xff"


def der(tag: int, *contents: bytes) -> bytes:
    """One DER value: tag, length, contents."""
    content = b"".join(contents)
    if len(content) < 128:
        return bytes([tag, len(content)]) + content
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8)
    return bytes([tag, 0x80 | len(length)]) + length + content


def _explicit(number: int, content: bytes) -> bytes:
    return der(0xA0 | number, content)


def _identifier(encoded: str) -> bytes:
    return der(OBJECT_IDENTIFIER, bytes.fromhex(encoded))


COMMON_NAME: Final = _identifier("550403")  # 2.5.4.3
SUBJECT_ALTERNATIVE_NAME: Final = _identifier("551d11")  # 2.5.29.17
BASIC_CONSTRAINTS: Final = _identifier("551d13")  # 2.5.29.19
EC_PUBLIC_KEY: Final = _identifier("2a8648ce3d0201")  # 1.2.840.10045.2.1
P_256: Final = _identifier("2a8648ce3d030107")  # 1.2.840.10045.3.1.7
ECDSA_WITH_SHA_256: Final = der(SEQUENCE, _identifier("2a8648ce3d040302"))  # 1.2.840.10045.4.3.2
LOCALHOST: Final = b"localhost"


def make() -> tuple[bytes, bytes, bytes]:
    """The key (PEM), the certificate (PEM) and the certificate once more (DER). Never on disk."""
    key = ec.generate_private_key(ec.SECP256R1())
    numbers = key.private_numbers()
    public = numbers.public_numbers
    point = der(BIT_STRING, b"\x00\x04", public.x.to_bytes(32), public.y.to_bytes(32))
    content = _content(point)
    signature = der(BIT_STRING, b"\x00", key.sign(content, ec.ECDSA(hashes.SHA256())))
    certificate = der(SEQUENCE, content, ECDSA_WITH_SHA_256, signature)
    private = der(
        SEQUENCE,
        der(INTEGER, b"\x01"),
        der(OCTET_STRING, numbers.private_value.to_bytes(32)),
        _explicit(0, P_256),
        _explicit(1, point),
    )
    return _pem("EC PRIVATE KEY", private), _pem("CERTIFICATE", certificate), certificate


def _content(point: bytes) -> bytes:
    """What is signed: version 3, a random serial number, the name `localhost` for both sides, and the key."""
    now = dt.datetime.now(dt.UTC)
    name = der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(UTF8_STRING, LOCALHOST))))
    alternative = der(SEQUENCE, der(DNS_NAME, LOCALHOST))
    authority = der(SEQUENCE, der(BOOLEAN, TRUE))
    return der(
        SEQUENCE,
        _explicit(0, der(INTEGER, b"\x02")),
        der(INTEGER, b"\x01" + os.urandom(18)),  # neither negative nor with a leading zero
        ECDSA_WITH_SHA_256,
        name,
        der(SEQUENCE, _time(now - CLOCK_DIFFERENCE), _time(now + LIFETIME)),
        name,
        der(SEQUENCE, der(SEQUENCE, EC_PUBLIC_KEY, P_256), point),
        _explicit(
            3,
            der(
                SEQUENCE,
                der(SEQUENCE, SUBJECT_ALTERNATIVE_NAME, der(OCTET_STRING, alternative)),
                der(SEQUENCE, BASIC_CONSTRAINTS, der(BOOLEAN, TRUE), der(OCTET_STRING, authority)),
            ),
        ),
    )


def _time(moment: dt.datetime) -> bytes:
    return der(UTC_TIME, f"{moment:%y%m%d%H%M%SZ}".encode())


def _pem(label: str, content: bytes) -> bytes:
    text = base64.encodebytes(content).decode()
    return f"-----BEGIN {label}-----\n{text}-----END {label}-----\n".encode()
