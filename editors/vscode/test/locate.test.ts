import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";

import { locate, LocateError } from "../src/locate";
import { folder, program } from "./program";

const windows = process.platform === "win32";

function found(given: { configured?: string; places?: string[]; folders?: string[] }): string {
  return locate({
    configured: given.configured ?? "",
    searchPath: (given.places ?? []).join(path.delimiter),
    folders: given.folders ?? [],
    windows,
  });
}

test("the setting comes before the PATH", () => {
  const [one, other] = [program(folder()), program(folder())];
  assert.equal(found({ configured: one, places: [path.dirname(other)] }), one);
  assert.equal(found({ places: [path.dirname(other)] }), other);
});

test("a setting that names no program is told and not worked around", () => {
  const place = folder();
  const there = path.dirname(program(folder()));
  for (const configured of [path.join(place, "missing"), place, "bin/seawall", "./seawall"]) {
    assert.throws(() => found({ configured, places: [there] }), LocateError);
  }
});

test("the first on the PATH counts, relative places never", () => {
  const [first, second] = [folder(), folder()];
  const [one] = [program(first), program(second)];
  assert.equal(found({ places: ["", ".", "bin", first, second] }), one);
});

test("what lies in an open folder is not run, by whatever way it is named", () => {
  const workspace = folder();
  const outside = program(folder());
  const inside = path.dirname(program(path.join(workspace, "bin")));
  const link = path.join(folder(), "link");
  fs.symlinkSync(inside, link, "junction");
  const places = [inside, link, path.dirname(outside)];
  assert.equal(found({ places, folders: [workspace] }), outside);
  assert.throws(() => found({ places: [inside, link], folders: [workspace] }), LocateError);
});

test("what cannot be run is passed over", { skip: windows }, () => {
  const place = folder();
  fs.chmodSync(program(place), 0o644);
  assert.throws(() => found({ places: [place] }), /not on the PATH: install it/);
});
