// Opens and closes the menu; what is open is remembered in the address.
import merge from "lodash/merge";

const defaults = { open: false, side: "left" };

export function readState(search) {
  const state = {};
  for (const [key, value] of new URLSearchParams(search)) {
    state[key] = value;
  }
  return merge({}, defaults, state.menu ? JSON.parse(state.menu) : {});
}

const state = readState(location.search);
document.querySelector("nav")?.classList.toggle("open", Boolean(state.open));
