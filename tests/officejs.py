"""A third front end, made of the registry by this one file: custom functions of Office.js, through `bbbxl serve`.

It proves that the registry knows no front end, and is no part of the product: an add-in of Excel is a web page, and
`bbbxl serve` refuses web pages, which is what keeps a page in a browser from asking for the books. What runs here is
what Excel would run, but for the page: the metadata that Excel reads, and the script whose functions it calls.

Excel hands number formats and the calendar of the workbook to no function, so that a currency that only a format shows
stays unknown here, and days count from 1900.
"""

from __future__ import annotations

import json
from typing import Any

from bbbxl.cells.calc.inside.door import HOST, NOT_KEPT, PROOF, SIGNED, SILENT, STRANGER
from bbbxl.cells.calc.names import in_calc, method_name
from bbbxl.cells.excel import help_of
from bbbxl.cells.guard import MARK
from bbbxl.cells.registry import Function, Parameter, functions

#: The whole range as rows, whatever it holds: a value is one row of one.
_ROWS = {"type": "any", "dimensionality": "matrix"}


def metadata() -> dict[str, Any]:
    """Return what Excel reads of the functions, which it shows as BBB.BOOKINGS and so on, as LibreOffice does."""
    return {"allowErrorForDataTypeAny": True, "functions": [_function(one) for one in functions().values()]}


def _function(one: Function) -> dict[str, Any]:
    return {
        "id": _identifier(one), "name": method_name(one.name), "description": in_calc(help_of(one)), "result": _ROWS,
        "parameters": [_parameter(each) for each in one.parameters], "options": {"requiresParameterAddresses": True},
    }  # fmt: skip


def _identifier(one: Function) -> str:
    """Return the name under which the script gives a function: letters, digits and periods."""
    return method_name(one.name).replace("_", ".")


def _parameter(each: Parameter) -> dict[str, Any]:
    often = {"repeating": True} if each.kind == "more" else {"optional": True} if each.optional else {}
    return {"name": each.name, "description": in_calc(each.definition), **_ROWS, **often}


def script() -> str:
    """Return the functions; port and token stand in BBBXL of the page that loads them."""
    known = [[_identifier(one), one.name, len(one.parameters) - bool(one.repeated)] for one in functions().values()]
    said = {"mark": MARK, "silent": SILENT, "stranger": STRANGER, "notKept": NOT_KEPT}
    said = {name: text.replace("Ctrl+Shift+F9", "Ctrl+Alt+F9") for name, text in said.items()}
    told = {"FUNCTIONS": known, "SAID": said, "HOST": HOST, "SIGNED": SIGNED, "PROOF": PROOF}
    return "".join(f"const {name} = {json.dumps(value)};\n" for name, value in told.items()) + _SCRIPT


_SCRIPT = r"""
const bytes = (text) => new TextEncoder().encode(text);
const hex = (held) => Array.from(new Uint8Array(held), (one) => one.toString(16).padStart(2, "0")).join("");

async function signature(...parts) {
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", bytes(BBBXL.token), hmac, false, ["sign"]);
  return hex(await crypto.subtle.sign("HMAC", key, bytes(parts.join("\n"))));
}

class Refused extends Error {}

async function ask(method, path, body) {
  const number = hex(crypto.getRandomValues(new Uint8Array(16)));
  const headers = { [SIGNED]: number + ":" + (await signature("request", number, method, path)) };
  let answer, content;
  try {
    answer = await fetch(`http://${HOST}:${BBBXL.port}${path}`, { method, headers, body });
    content = await answer.json();
  } catch (error) {
    throw new Refused(SAID.silent);
  }
  const proof = await signature("answer", number, String(answer.status));
  if (answer.headers.get(PROOF) !== proof) throw new Refused(SAID.stranger);
  return { status: answer.status, content };
}

// A number is written as one with a point, so that a whole number is never anything but an error value.
function written(cell, errors) {
  if (cell === null || cell === undefined || cell === "") return '""';
  if (typeof cell === "number") return String(cell).replace(/^-?\d+$/, "$&.0");
  if (typeof cell !== "object") return JSON.stringify(cell);
  if (!errors.includes(cell.code)) errors.push(cell.code);
  return String(errors.indexOf(cell.code));
}

const filled = (row) => row.some((cell) => cell !== "" && cell !== null && cell !== undefined);

// Rows of cells as the door takes them: whole columns end with the last row that holds something.
function block(rows, address) {
  let last = rows.length;
  while (last > 1 && !filled(rows[last - 1])) last -= 1;
  const errors = [];
  const values = rows.slice(0, last).map((row) => "[" + row.map((cell) => written(cell, errors)).join(",") + "]");
  const name = (address || "").replace(/^'(.*)'!/, (_, sheet) => sheet.replaceAll("''", "'") + "!");
  const row = Number((/![$]?[A-Z]+[$]?(\d+)/.exec(name) || [0, 1])[1]);
  return `{"values":[${values.join(",")}],"name":${JSON.stringify(name)},"row":${row},` +
    `"errors":${JSON.stringify({ ...errors })}}`;
}

async function argument(rows, address, blocks) {
  if (rows === null || rows === undefined) return "null";
  const only = rows.length === 1 && rows[0].length === 1 ? rows[0][0] : null;
  if (only !== null && only !== "" && typeof only !== "object") return written(only, []);
  const text = block(rows, address);
  const digest = hex(await crypto.subtle.digest("SHA-256", bytes(text)));
  blocks[digest] = text;
  return JSON.stringify({ block: digest });
}

async function called(name, given, addresses) {
  const blocks = {};
  while (given.length && (given.at(-1) === null || given.at(-1) === undefined)) given.pop();
  const parts = await Promise.all(given.map((rows, place) => argument(rows, addresses[place], blocks)));
  let answer;
  for (let times = 0; times < 2; times += 1) {
    answer = await ask("POST", "/call/" + name, "[" + parts.join(",") + "]");
    if (answer.status !== 409) break;
    for (const digest of answer.content.missing) {
      const kept = await ask("PUT", "/data/" + digest, blocks[digest]);
      if (kept.status !== 200) throw new Refused(kept.content.error);
    }
  }
  if (answer.status !== 200) throw new Refused(answer.content.error || SAID.notKept);
  return answer.content.value;
}

for (const [id, name, fixed] of FUNCTIONS) {
  CustomFunctions.associate(id, async (...given) => {
    const { parameterAddresses } = given.pop();
    try {
      const named = given.slice(0, fixed);
      const repeated = given.slice(fixed).flatMap((each) => each || []);
      return await called(name, [...named, ...repeated], (parameterAddresses || []).slice(0, fixed));
    } catch (error) {
      const unforeseen = `Excel met something unforeseen (${error.name}: ${error.message}). Please report it.`;
      return [[SAID.mark + (error instanceof Refused ? error.message : unforeseen)]];
    }
  });
}
"""
