/** The page begins here. */

import { onKeyNeeded } from "./api";
import { App } from "./app";
import { keyDialog } from "./key";

const page = document.getElementById("page");
if (page) {
  onKeyNeeded(keyDialog);
  new App(page);
}
