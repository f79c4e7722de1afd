// Finds the program to start: said by the person, or on the PATH, never within a workspace.

import * as fs from "node:fs";
import * as path from "node:path";

export interface Surroundings {
  /** The setting `seawall.path`. */
  configured: string;
  /** The PATH of the editor. */
  searchPath: string;
  /** The folders that are open: what lies in them is not ours to run. */
  folders: readonly string[];
  windows: boolean;
}

export class LocateError extends Error {}

/** Return the full path of `seawall`. Throws LocateError, which says what to do. */
export function locate(given: Surroundings): string {
  const configured = given.configured.trim();
  if (configured) {
    if (!path.isAbsolute(configured)) {
      throw new LocateError(`seawall.path is not a full path: ${configured}`);
    }
    if (!isProgram(configured, given.windows)) {
      throw new LocateError(`seawall.path names no program: ${configured}`);
    }
    return configured;
  }
  const folders = given.folders.map(real);
  for (const place of given.searchPath.split(path.delimiter)) {
    if (!path.isAbsolute(place)) {
      continue;
    }
    const program = path.join(place, given.windows ? "seawall.exe" : "seawall");
    if (isProgram(program, given.windows) && !folders.some((one) => lies(real(place), one))) {
      return program;
    }
  }
  throw new LocateError(
    "seawall is not on the PATH: install it with `pipx install 'seawall[lsp]'`, or set seawall.path",
  );
}

function lies(place: string, folder: string): boolean {
  const way = path.relative(folder, place);
  return way === "" || (!way.startsWith("..") && !path.isAbsolute(way));
}

function real(place: string): string {
  try {
    return fs.realpathSync(place);
  } catch {
    return path.resolve(place);
  }
}

function isProgram(file: string, windows: boolean): boolean {
  try {
    fs.accessSync(file, windows ? fs.constants.F_OK : fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
