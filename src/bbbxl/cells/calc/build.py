"""The extension of LibreOffice, an .oxt, made from the registry; the same bytes from the same bbbxl."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Final
from zipfile import ZipFile, ZipInfo

import bbbxl
from bbbxl.cells.calc.inside.component import SETTINGS
from bbbxl.cells.calc.inside.door import FILE
from bbbxl.cells.calc.names import IMPLEMENTATION, INTERFACE, RESULT, SERVICES, arguments_of, method_name
from bbbxl.cells.calc.rdb import Method, type_registry
from bbbxl.cells.calc.words import description, functions_of_calc, manifest
from bbbxl.cells.guard import MARK
from bbbxl.cells.registry import functions
from bbbxl.cells.user_folder import user_folder

#: Name of the file.
NAME: Final = "bbbxl.oxt"
#: Module of bbbxl that runs inside LibreOffice -> its name there, where no bbbxl is.
_CARRIED: Final = {
    "bbbxl.cells.calc.inside": "bbbxl_inside",
    "bbbxl.cells.calc.inside.component": "bbbxl_inside.component",
    "bbbxl.cells.calc.inside.door": "bbbxl_inside.door",
    "bbbxl.cells.calc.inside.engine": "bbbxl_inside.engine",
    "bbbxl.cells.calc.inside.reading": "bbbxl_inside.reading",
    "bbbxl.cells.user_folder": "bbbxl_inside.user_folder",
}
#: What LibreOffice loads; the folder pythonpath beside it is searched for modules.
_LOADED: Final = '''"""The functions of bbbxl in LibreOffice Calc."""

from pathlib import Path

from bbbxl_inside.component import helper

g_ImplementationHelper = helper(Path(__file__).parent)
'''
#: Part that LibreOffice has to know -> its type.
_PARTS: Final = {
    "bbbxl.rdb": "application/vnd.sun.star.uno-typelibrary;type=RDB",
    "bbbxl_component.py": "application/vnd.sun.star.uno-component;type=Python",
    "CalcAddIns.xcu": "application/vnd.sun.star.configuration-data",
}


def extension(*, elsewhere: bool = False) -> bytes:
    """Return the content of the .oxt.

    Args:
        elsewhere: It is for other computers: nothing of this one is written into it, and it asks `bbbxl serve`.
    """
    held = BytesIO()
    with ZipFile(held, "w") as package:
        for name, text in parts(elsewhere=elsewhere).items():
            package.writestr(ZipInfo(name), text)
    return held.getvalue()


def parts(*, elsewhere: bool = False) -> Mapping[str, bytes]:
    """Return every file of the extension by its name; arguments as in `extension`."""
    known = functions().values()
    methods = [Method(method_name(one.name), tuple((each.name, each.type) for each in arguments_of(one)), RESULT)
               for one in known]  # fmt: skip
    texts = {
        "META-INF/manifest.xml": manifest(_PARTS),
        "description.xml": description(),
        "CalcAddIns.xcu": functions_of_calc(known),
        "bbbxl_component.py": _LOADED,
        SETTINGS: json.dumps(_settings(elsewhere=elsewhere), indent=1),
        **{_carried_path(name): _carried(name) for name in _CARRIED},
    }
    return {**{name: text.encode() for name, text in texts.items()}, "bbbxl.rdb": type_registry(INTERFACE, methods)}


def _settings(*, elsewhere: bool) -> dict[str, object]:
    """Return what the component has to know."""
    return {
        "implementation": IMPLEMENTATION,
        "services": SERVICES,
        "mark": MARK,
        "functions": [{"method": method_name(one.name), "function": one.name, "repeated": one.repeated is not None}
                      for one in functions().values()],
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "paths": [] if elsewhere else _installed(),
        "door": "" if elsewhere else str(user_folder() / FILE),
    }  # fmt: skip


def _installed() -> list[str]:
    """Return the folders in which this Python finds packages, that of bbbxl first where it is no such folder itself."""
    holds = str(Path(bbbxl.__file__).parents[1])
    own = [holds] if holds in sys.path else []
    others = (path for path in sys.path if Path(path).name in ("site-packages", "dist-packages"))
    return list(dict.fromkeys((*own, *others)))


def _carried_path(name: str) -> str:
    """Return where a module stands in the extension."""
    place = _CARRIED[name].replace(".", "/")
    return f"pythonpath/{place}/__init__.py" if name == "bbbxl.cells.calc.inside" else f"pythonpath/{place}.py"


def _carried(name: str) -> str:
    """Return the text of a module, with the modules that it imports under their names in the extension."""
    text = Path(str(import_module(name).__file__)).read_text(encoding="utf-8")
    for ours in sorted(_CARRIED, key=len, reverse=True):
        text = text.replace(f"from {ours} import", f"from {_CARRIED[ours]} import")
    return text
