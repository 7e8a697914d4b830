"""The component that Calc calls: a method a function, none of which ever raises."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bbbxl.cells.calc.inside.door import DoorError
from bbbxl.cells.calc.inside.engine import Engine
from bbbxl.cells.calc.inside.reading import UnreadableError, counts_from_1904, handed_over

#: File of the extension with what was decided when it was made.
SETTINGS = "settings.json"


def helper(folder: Path) -> Any:
    """Return what LibreOffice's Python loader asks for.

    The interface is not known yet while the extension is being installed, so that the component is made when a formula
    asks for it.

    Args:
        folder: The unpacked extension.
    """
    import unohelper

    settings = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
    engine = Engine(settings)

    def create(context: Any) -> Any:
        del context
        return _component(settings, engine)()

    made = unohelper.ImplementationHelper()
    made.addImplementation(create, str(settings["implementation"]), tuple(settings["services"]))
    return made


def _component(settings: Mapping[str, Any], engine: Engine) -> type:
    """Return the class of the component."""
    import unohelper
    from com.sun.star.lang import XServiceInfo
    from org.bbbxl import XBBB

    name, services = str(settings["implementation"]), tuple(settings["services"])

    class Component(unohelper.Base, XServiceInfo, XBBB):  # type: ignore[misc]
        """The functions, as UNO has them."""

        def getImplementationName(self) -> str:
            """Return the name that stands before the dot."""
            return name

        def supportsService(self, service: str) -> bool:
            """Return whether it is such a service."""
            return service in services

        def getSupportedServiceNames(self) -> Any:
            """Return what it is."""
            return services

    for method, run in methods(settings, engine).items():
        setattr(Component, method, run)
    return Component


def methods(settings: Mapping[str, Any], engine: Engine) -> Mapping[str, Callable[..., Any]]:
    """Return every method by its name."""
    return {one["method"]: _method(one["function"], one["repeated"], settings["mark"], engine)
            for one in settings["functions"]}  # fmt: skip


def _method(function: str, repeated: bool, mark: str, engine: Engine) -> Callable[..., Any]:
    """Return the method of one function; what it returns are always rows of text and numbers."""

    def run(self: Any, document: Any, *arguments: Any) -> Any:
        del self
        try:
            date_1904 = counts_from_1904(document)
            given = [handed_over(one, date_1904, document) for one in _spread(arguments, repeated)]
            return tuple(map(tuple, engine.call(function, given)))
        except (DoorError, UnreadableError) as error:
            return ((mark + str(error),),)
        except Exception as error:
            said = " ".join(str(error).split())[:200]
            what = f"LibreOffice met something unforeseen ({type(error).__name__}: {said})"
            return ((f"{mark}{what}. Please report it.",),)

    return run


def _spread(arguments: Sequence[Any], repeated: bool) -> Sequence[Any]:
    """Return the arguments one by one, up to the last that was given; those that may be repeated come as one tuple."""
    given = [*arguments[:-1], *arguments[-1]] if repeated and isinstance(arguments[-1], tuple) else list(arguments)
    while given and given[-1] is None:
        given.pop()
    return given
