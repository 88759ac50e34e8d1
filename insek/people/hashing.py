"""How passwords are kept."""

from __future__ import annotations

from threading import Semaphore

from django.contrib.auth.hashers import Argon2PasswordHasher

_one_at_a_time = Semaphore(1)


class Argon2(Argon2PasswordHasher):
    """Argon2id with 19 MiB and two passes, the first choice of the OWASP Password Storage Cheat Sheet.

    As hard to guess as Django's 1,000,000 rounds of PBKDF2, at a tenth of their time: eight people who sign in in the
    same moment must not keep the few threads of the web server from all others. Passwords kept the old way are kept
    the new way when their person signs in next.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        """Work on one password at a time in a process: others wait for their turn, and the second thread goes on with pages."""
        with _one_at_a_time:
            return str(super().encode(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        """The same for looking at one."""
        with _one_at_a_time:
            return bool(super().verify(password, encoded))
