"""The board pack of a month: computed, checked, written and recalculated."""

import sys
from pathlib import Path

from bbbxl import Question, load, make_pack, write_pack

loaded = load([Path(sys.argv[1])])
pack = make_pack(loaded, Question(loaded.as_of), loaded.config.basis)
for one in pack.checks:
    print("ok " if one.passed else "RED", one.check.title)
released = write_pack(pack, Path(sys.argv[1]) / "my-pack.xlsx")
print(f"{released.path.name}: {released.formulas} formulas recalculated")
