// What the Python side says: the catalogue and the protocol's error codes, from the Python that pytest names.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

const ASK = `
import json
from typing import get_args
from engine.catalogue import catalogue
from server.protocol import ErrorCode
print(json.dumps({"catalogue": catalogue(), "errorCodes": list(get_args(ErrorCode))}))
`;

/** @returns {{catalogue: any, errorCodes: string[]}} */
export function facts() {
  const python = process.env.TINKERNET_PYTHON ?? "python3";
  return JSON.parse(execFileSync(python, ["-c", ASK], { cwd: ROOT, encoding: "utf8" }));
}
