// The desk's page: shows what is watched, and cancels after asking.

import { stop } from "./add.js";
import { ask } from "./cancel.js";
import { setActions } from "./card.js";
import { byId } from "./dom.js";
import { arrange, keepOnly, show } from "./list.js";
import { connect } from "./live.js";

setActions(ask, stop);
arrange();
connect({
  watched: ({ sids = [] }) => {
    keepOnly(sids);
    if (sids.length === 0) byId("add").open = true;
  },
  "port-in": show,
});
