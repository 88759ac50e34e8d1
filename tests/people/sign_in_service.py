"""A sign-in service for tests: it answers instead of the network, signs real tokens, and lies where a test wants it to."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from jwt.algorithms import RSAAlgorithm

ISSUER = "https://konto.musterstadt.example/realms/stadt"
CLIENT, SECRET = "insek", "nur-zum-probieren"
_KEYS = [rsa.generate_private_key(public_exponent=65537, key_size=2048) for _number in range(2)]
KEY, OTHER_KEY = _KEYS


class FakeService:
    """What the service says: change ``claims``, ``token`` (of the id_token alone), ``described`` or ``key`` for a test."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {
            "sub": "sub-1", "email": "m.muster@musterstadt.example", "email_verified": True,
            "preferred_username": "m.muster", "given_name": "Mara", "family_name": "Muster", "groups": ["/insek-planung"],
        }  # fmt: skip
        self.token: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {}
        self.described: dict[str, Any] = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/auth",
            "token_endpoint": f"{ISSUER}/token",
            "userinfo_endpoint": f"{ISSUER}/userinfo",
            "jwks_uri": f"{ISSUER}/certs",
            "end_session_endpoint": f"{ISSUER}/logout",
        }
        self.key: Any = KEY
        self.algorithm = "RS256"
        self.asked: dict[str, str] = {}
        self.is_down = False

    def request(self, method: str, url: str, **more: Any) -> requests.Response:
        """Answer like the network would."""
        if self.is_down:
            raise requests.ConnectionError("down")
        end = url.removeprefix(ISSUER)
        if end == "/.well-known/openid-configuration":
            return _json(self.described)
        if end == "/certs":
            return _json(
                {"keys": [{**json.loads(RSAAlgorithm.to_jwk(KEY.public_key())), "kid": "k1", "use": "sig"}]}
            )
        if end == "/token":
            return _json(self._token(more["data"]))
        assert end == "/userinfo", url
        assert more["headers"]["Authorization"] == "Bearer access"
        return _json({**self.claims, **self.userinfo})

    def _token(self, sent: dict[str, str]) -> dict[str, str]:
        assert (sent["client_id"], sent["client_secret"]) == (CLIENT, SECRET)
        digest = base64.urlsafe_b64encode(hashlib.sha256(sent["code_verifier"].encode()).digest()).decode()
        assert digest.rstrip("=") == self.asked["code_challenge"]
        assert sent["redirect_uri"] == self.asked["redirect_uri"]
        now = int(time.time())
        told = {
            "iss": ISSUER, "aud": CLIENT, "iat": now, "exp": now + 60, "nonce": self.asked["nonce"], "sub": self.claims["sub"], **self.token,
        }  # fmt: skip
        signed = jwt.encode(
            {name: value for name, value in told.items() if value is not None},
            self.key,
            algorithm=self.algorithm,
            headers={"kid": "k1"},
        )
        return {"access_token": "access", "token_type": "Bearer", "id_token": signed}

    def begin(self, client: Client, next_url: str = "", language: str = "") -> dict[str, str]:
        """Go to the service; what it is sent with."""
        answer = client.get(f"{language}/anmelden/dienst/", {"next": next_url} if next_url else {})
        assert answer.status_code == 302, answer.content
        parts = urlsplit(answer["Location"])
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{ISSUER}/auth"
        self.asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        return self.asked

    def come_back(self, client: Client, **query: str) -> Any:
        """Come back with a code and what else the address shall carry."""
        return client.get(
            "/anmelden/dienst/zurueck/", {"state": self.asked["state"], "code": "code", **query}
        )

    def sign_in(self, client: Client | None = None, next_url: str = "") -> Any:
        """The whole way."""
        client = client or Client()
        self.begin(client, next_url)
        answer = self.come_back(client)
        answer.client_used = client
        return answer


class FakeSession:
    """What ``requests`` hands out, without a network."""

    def __init__(self, service: FakeService) -> None:
        self.service = service

    def __enter__(self) -> FakeSession:
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def get(self, url: str, **more: Any) -> requests.Response:
        return self.service.request("GET", url, **more)

    def request(self, method: str, url: str, **more: Any) -> requests.Response:
        return self.service.request(method, url, **more)


def _json(said: Any) -> requests.Response:
    answer = requests.Response()
    answer.status_code = 200
    answer._content = json.dumps(said).encode()
    answer.headers["content-type"] = "application/json"
    return answer
