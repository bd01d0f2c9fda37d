// The lineage graph: real buttons over lines drawn in SVG. Python says what stands in which rank and row;
// this file says where that is on the screen, and moves the view.

const SVG = "http://www.w3.org/2000/svg";
const BOX = { width: 184, height: 50 };
const ACROSS = { rank: 264, row: 66 }; // ranks from left to right
const DOWNWARD = { rank: 104, row: 200 }; // ranks from top to bottom, for narrow screens
const NARROW = 620;
const MARGIN = 26;
const LOWEST = 150;
const TOOLS = 24; // the tools stand below the drawing, not on it
const SCALES = { smallest: 0.2, largest: 2, fittest: 1, readable: 0.72 };

const remembered = new WeakMap(); // parentElement → the view; pan and zoom survive a run of the script

export default function lineage({ data, parentElement, setTriggerValue }) {
  const frame = parentElement.querySelector(".graph");
  frame.querySelector(".sheet").setAttribute("aria-label", data.alt);

  const past = remembered.get(parentElement);
  const view = past?.centre === data.centre ? past : { centre: data.centre, x: 0, y: 0, scale: 0 };
  remembered.set(parentElement, view);

  const graph = draw(frame, data, (id) => setTriggerValue("walked", id));
  const look = looking(frame, graph, view, data.highest);
  const leave = listening(frame, graph, view, look);

  let width = -1;
  const seen = new ResizeObserver(() => {
    if (frame.clientWidth === width) return; // the height is set by `fit` itself
    width = frame.clientWidth;
    graph.place(frame.clientWidth < NARROW);
    look.fit();
  });
  graph.place(frame.clientWidth < NARROW);
  if (view.scale) look.apply();
  seen.observe(frame);
  return () => {
    seen.disconnect();
    leave();
  };
}

// Buttons and lines -------------------------------------------------------------------------------------------------

function draw(frame, data, walk) {
  const sheet = frame.querySelector(".sheet");
  const lines = frame.querySelector("svg");
  const buttons = new Map(data.nodes.map((node) => [node.id, button(node, data.centre, walk)]));
  const paths = data.edges.map((edge) => line(edge));
  lines.replaceChildren(...paths);
  sheet.replaceChildren(lines, ...buttons.values());

  const nodes = new Map(data.nodes.map((node) => [node.id, node]));
  const graph = { nodes, buttons, edges: data.edges, paths, at: new Map(), size: { width: 0, height: 0 } };

  graph.place = (downward) => {
    const step = downward ? DOWNWARD : ACROSS;
    const across = (spot) =>
      downward
        ? { x: (spot.row - 0.5) * step.row, y: spot.rank * step.rank }
        : { x: spot.rank * step.rank, y: (spot.row - 0.5) * step.row };
    for (const node of data.nodes) {
      const spot = across(node);
      graph.at.set(node.id, spot);
      buttons.get(node.id).style.translate = `${spot.x}px ${spot.y}px`;
    }
    const spots = [...graph.at.values()];
    graph.size = {
      width: Math.max(...spots.map((spot) => spot.x)) + BOX.width,
      height: Math.max(...spots.map((spot) => spot.y)) + BOX.height,
    };
    lines.setAttribute("width", graph.size.width);
    lines.setAttribute("height", graph.size.height);
    data.edges.forEach((edge, index) => {
      const stops = [graph.at.get(edge.from), ...edge.bends.map(across), graph.at.get(edge.to)];
      paths[index].setAttribute("d", route(stops, downward));
    });
  };
  return graph;
}

function button(node, centre, walk) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `node ${node.kind}`;
  made.dataset.id = node.id;
  made.title = node.says;
  made.setAttribute("aria-label", node.says);
  if (node.id === centre) made.setAttribute("aria-current", "true");
  made.append(part("kind", node.words), part("label", node.label));
  if (node.hidden) made.append(part("more", `+${node.hidden}`));
  made.addEventListener("click", () => {
    if (node.id !== centre) walk(node.id);
  });
  return made;
}

function part(name, text) {
  const made = document.createElement("span");
  made.className = name;
  made.textContent = text;
  return made;
}

function line(edge) {
  const made = document.createElementNS(SVG, "path");
  made.setAttribute("class", edge.kind);
  return made;
}

// A line leaves a box, passes straight beside every box it has to pass, and enters the last one.
function route(stops, downward) {
  const entry = (spot) =>
    downward ? { x: spot.x + BOX.width / 2, y: spot.y } : { x: spot.x, y: spot.y + BOX.height / 2 };
  const exit = (spot) =>
    downward
      ? { x: spot.x + BOX.width / 2, y: spot.y + BOX.height }
      : { x: spot.x + BOX.width, y: spot.y + BOX.height / 2 };
  const start = exit(stops[0]);
  let drawn = `M${start.x} ${start.y}`;
  for (let index = 1; index < stops.length; index += 1) {
    const from = exit(stops[index - 1]);
    const to = entry(stops[index]);
    if (index > 1) drawn += `L${from.x} ${from.y}`;
    const half = downward ? { x: 0, y: (to.y - from.y) / 2 } : { x: (to.x - from.x) / 2, y: 0 };
    drawn += `C${from.x + half.x} ${from.y + half.y} ${to.x - half.x} ${to.y - half.y} ${to.x} ${to.y}`;
  }
  return drawn;
}

// The view ----------------------------------------------------------------------------------------------------------

function looking(frame, graph, view, highest) {
  const sheet = frame.querySelector(".sheet");
  const clamp = (scale) => Math.min(SCALES.largest, Math.max(SCALES.smallest, scale));
  const apply = () => {
    sheet.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale})`;
    // Where the drawing goes on beyond the frame, that side fades: lineage.css.
    frame.classList.toggle("on-left", view.x < 0);
    frame.classList.toggle("on-top", view.y < 0);
    frame.classList.toggle("on-right", view.x + graph.size.width * view.scale > frame.clientWidth);
    frame.classList.toggle("on-bottom", view.y + graph.size.height * view.scale > frame.clientHeight);
  };
  return {
    apply,
    // As large as can be read, even if that is not all of it; with another `least`, all of it.
    fit(least = SCALES.readable) {
      const width = frame.clientWidth;
      if (!width) return;
      const room = { width: width - 2 * MARGIN, height: highest - 2 * MARGIN - TOOLS };
      const whole = Math.min(room.width / graph.size.width, room.height / graph.size.height);
      view.scale = Math.min(SCALES.fittest, Math.max(least, whole));
      const height = Math.min(room.height + 2 * MARGIN, Math.max(LOWEST, graph.size.height * view.scale + 2 * MARGIN));
      frame.style.height = `${height + TOOLS}px`;
      const centre = graph.at.get(view.centre);
      view.x = rest(width, graph.size.width * view.scale, (centre.x + BOX.width / 2) * view.scale);
      view.y = rest(height, graph.size.height * view.scale, (centre.y + BOX.height / 2) * view.scale);
      apply();
    },
    zoom(factor, at) {
      const point = at ?? { x: frame.clientWidth / 2, y: frame.clientHeight / 2 };
      const scale = clamp(view.scale * factor);
      view.x = point.x - ((point.x - view.x) * scale) / view.scale;
      view.y = point.y - ((point.y - view.y) * scale) / view.scale;
      view.scale = scale;
      apply();
    },
    pan(x, y) {
      view.x += x;
      view.y += y;
      apply();
    },
    // A node that got the focus by keyboard comes into sight.
    reveal(id) {
      const spot = graph.at.get(id);
      const left = view.x + spot.x * view.scale;
      const top = view.y + spot.y * view.scale;
      const right = left + BOX.width * view.scale - frame.clientWidth;
      const bottom = top + BOX.height * view.scale - frame.clientHeight;
      this.pan(
        left < MARGIN ? MARGIN - left : right > -MARGIN ? -MARGIN - right : 0,
        top < MARGIN ? MARGIN - top : bottom > -MARGIN ? -MARGIN - bottom : 0,
      );
    },
  };
}

// Where a graph begins along one axis: in the middle when it fits; else so that the chosen node is in sight and no room
// is wasted.
function rest(room, size, centre) {
  if (size + 2 * MARGIN <= room + 1) return (room - size) / 2;
  return Math.min(MARGIN, Math.max(room - size - MARGIN, room / 2 - centre));
}

// Hands -------------------------------------------------------------------------------------------------------------

function listening(frame, graph, view, look) {
  const ended = new AbortController();
  const on = (target, names, act, options = {}) =>
    names.split(" ").forEach((name) => target.addEventListener(name, act, { signal: ended.signal, ...options }));
  const nodeOf = (event) => event.target.closest?.(".node")?.dataset.id;

  on(frame, "pointerover focusin", (event) => nodeOf(event) && light(frame, graph, nodeOf(event)));
  on(frame, "pointerout focusout", () => light(frame, graph, null));
  on(frame, "focusin", (event) => nodeOf(event) && event.target.matches(":focus-visible") && look.reveal(nodeOf(event)));

  let hold = null;
  let moved = false;
  on(frame, "pointerdown", (event) => {
    moved = false;
    if (event.button === 0 && !event.target.closest(".tools")) hold = { x: event.clientX, y: event.clientY };
  });
  on(frame, "pointermove", (event) => {
    if (!hold) return;
    const [x, y] = [event.clientX - hold.x, event.clientY - hold.y];
    if (!moved && Math.hypot(x, y) < 5) return;
    if (!moved) frame.setPointerCapture(event.pointerId);
    moved = true;
    hold = { x: event.clientX, y: event.clientY };
    look.pan(x, y);
  });
  on(frame, "pointerup pointercancel", () => (hold = null));
  // The click that ends a drag is no choice.
  on(frame, "click", (event) => moved && (event.stopPropagation(), (moved = false)), { capture: true });
  on(frame, "wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return; // plain scrolling belongs to the page
    event.preventDefault();
    const box = frame.getBoundingClientRect();
    look.zoom(Math.exp(-event.deltaY / 300), { x: event.clientX - box.x, y: event.clientY - box.y });
  }, { passive: false });

  on(frame, "keydown", (event) => {
    const aim = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const from = nodeOf(event);
    if (aim && from) {
      event.preventDefault();
      graph.buttons.get(nearest(graph, from, aim))?.focus();
    } else if (event.key === "+" || event.key === "=") look.zoom(1.2);
    else if (event.key === "-") look.zoom(1 / 1.2);
    else if (event.key === "0") look.fit(SCALES.smallest);
  });
  on(frame.querySelector(".closer"), "click", () => look.zoom(1.25));
  on(frame.querySelector(".farther"), "click", () => look.zoom(0.8));
  on(frame.querySelector(".whole"), "click", () => look.fit(SCALES.smallest));
  return () => ended.abort();
}

// The nearest node in a direction; what lies sideways counts as farther away.
function nearest(graph, from, [x, y]) {
  const here = graph.at.get(from);
  let best = null;
  let least = Infinity;
  for (const [id, spot] of graph.at) {
    const ahead = (spot.x - here.x) * x + (spot.y - here.y) * y;
    const aside = Math.abs((spot.x - here.x) * y) + Math.abs((spot.y - here.y) * x);
    if (ahead > 1 && ahead + 2 * aside < least) [best, least] = [id, ahead + 2 * aside];
  }
  return best;
}

// Light up what a node hangs together with.
function light(frame, graph, id) {
  const lit = new Set(id ? [id] : []);
  graph.edges.forEach((edge, index) => {
    const touches = id !== null && (edge.from === id || edge.to === id);
    if (touches) lit.add(edge.from).add(edge.to);
    graph.paths[index].classList.toggle("lit", touches);
  });
  frame.classList.toggle("dim", id !== null);
  for (const [other, made] of graph.buttons) made.classList.toggle("lit", lit.has(other));
}
