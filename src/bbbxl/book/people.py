"""Who prepared and who approved: what the policy asks for before something is written."""

from __future__ import annotations

from dataclasses import dataclass

from bbbxl.errors import InputError
from bbbxl.policy import CONFIG_NAME, Policy


@dataclass(frozen=True)
class People:
    """Who stands behind an entry.

    Attributes:
        preparer: Who prepared it.
        approver: Who approved it; empty where nobody did.
    """

    preparer: str
    approver: str = ""


def refuse_people(people: People, policy: Policy, what: str, *, approved: bool = False) -> None:
    """Refuse an entry whose people are not named as the policy asks.

    Args:
        people: As given.
        policy: Whether an approver has to be another person.
        what: What is written, as the subject of the sentence.
        approved: Whether it needs an approver whatever the policy says.

    Raises:
        InputError: nobody prepared it, nobody approved it, or both are one person.
    """
    preparer, approver = people.preparer.strip(), people.approver.strip()
    if not preparer:
        raise InputError(f"{what} needs a preparer. Add --preparer NAME.")
    if not approver and (approved or policy.approver == "another_person"):
        raise InputError(f"{what} needs an approver. Add --approver NAME.")
    if policy.approver == "another_person" and _letters(approver) == _letters(preparer):
        raise InputError(f'{what} was prepared and approved by "{preparer}", and {CONFIG_NAME} says approver = '
                         '"another_person". Let somebody else approve it.')  # fmt: skip


def _letters(name: str) -> str:
    """Return a name without what two spellings of it may differ in: case and spaces."""
    return "".join(name.casefold().split())
