// What the Python side says: the catalogue, the protocol's error codes and the kinds of goals. Pytest gives them, or else Python is asked.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

const ASK = `
import json
from engine.catalogue import catalogue
from server.goals.goals import PART_KINDS
from server.errors.codes import ErrorCode
print(json.dumps({"catalogue": catalogue(), "errorCodes": list(ErrorCode), "goalKinds": PART_KINDS}))
`;

/** @returns {{catalogue: any, errorCodes: string[], goalKinds: string[]}} */
export function facts() {
	return JSON.parse(process.env.TINKERNET_FACTS ?? execFileSync("python3", ["-c", ASK], { cwd: ROOT, encoding: "utf8" }));
}
