// Builds elements. Text becomes text nodes and nothing else, so whatever people write is only shown.

// Listeners are named `onclick` and so on and are functions; everything else is an attribute.
export function h(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === false || value === null || value === undefined) continue;
    if (typeof value === 'function') {
      element.addEventListener(name.slice(2), value);
    } else {
      element.setAttribute(name, value === true ? '' : String(value));
    }
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined
    && child !== false));
  return element;
}

const strokes = {
  back: 'M15 5l-7 7 7 7',
  send: 'M5 12h13M12 5l7 7-7 7',
  menu: 'M5 12h.01M12 12h.01M19 12h.01',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 20c.8-3.5 4-5 8-5s7.2 1.5 8 5',
  addPerson: 'M10 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM2.5 20c.8-3.5 3.7-5 7.5-5 1.7 0 3.2.3 4.5.9M19 14v6M16 17h6',
  group: 'M9 12a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 19.5c.7-3.2 3.3-4.5 6.5-4.5s5.8 1.3 6.5 4.5M16 5.2a3.5 3.5 0 0 1 0 6.6M18 15.3c2 .6 3.2 2 3.6 4.2',
  globe: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM3.5 9.5h17M3.5 14.5h17M12 3c-5 5-5 13 0 18 5-5 5-13 0-18z',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM20 20l-4-4',
  down: 'M12 5v14M6 13l6 6 6-6',
  close: 'M6 6l12 12M18 6L6 18',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3 2',
  tick: 'M5 13l4.5 4.5L19 7.5',
  ticks: 'M1.5 13l4.5 4.5L15 7.5M11 16l1.5 1.5L22 7.5',
  warning: 'M12 8v5M12 16.5v.01M12 3L2 20.5h20z',
  eye: 'M2 12c2.5-4.5 6-7 10-7s7.5 2.5 10 7c-2.5 4.5-6 7-10 7s-7.5-2.5-10-7zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z',
  bubble: 'M12 4c-5 0-9 3.4-9 7.7 0 2.4 1.3 4.5 3.3 5.9L5.5 21l3.9-1.9c.8.2 1.7.3 2.6.3 5 0 9-3.4 9-7.7S17 4 12 4z',
  sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2v2M12 20v2M4.9 4.9l1.4 1.4M17.7 17.7l1.4 1.4M2 12h2M20 12h2M4.9 19.1l1.4-1.4M17.7 6.3l1.4-1.4',
};

export function icon(name) {
  const space = 'http://www.w3.org/2000/svg';
  const picture = document.createElementNS(space, 'svg');
  picture.setAttribute('viewBox', '0 0 24 24');
  picture.setAttribute('class', `icon icon-${name}`);
  picture.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(space, 'path');
  path.setAttribute('d', strokes[name]);
  picture.append(path);
  return picture;
}

export function iconButton(name, label, onclick, properties = {}) {
  return h('button', {
    type: 'button', class: 'icon-button', 'aria-label': label, title: label, onclick, ...properties,
  }, icon(name));
}

// Text for those who listen instead of looking.
export function spoken(text) {
  return h('span', { class: 'spoken' }, text);
}

// What each parent shows: key -> {element, version}.
const shownBy = new WeakMap();

function focusables(element) {
  return [...element.querySelectorAll('button, a[href], input')];
}

// Where the focus is among the rows: it would be lost with an element that is moved or made anew.
function focusAmong(parent, known) {
  const active = document.activeElement;
  if (!parent.contains(active)) return () => {};
  const [key, row] = [...known].find(([, { element }]) => element.contains(active)) ?? [];
  if (!row) return () => {};
  const at = focusables(row.element).indexOf(active);
  return (next) => {
    const element = next.get(key)?.element;
    if (element && document.activeElement !== active) {
      focusables(element)[at]?.focus({ preventScroll: true });
    }
  };
}

// Makes the children of `parent` those of `rows`, in order. A row {key, version, make} whose key and
// version are as before keeps its element, and with it selection and place; the focus stays with the
// row in any case.
export function reconcile(parent, rows) {
  const known = shownBy.get(parent) ?? new Map();
  const next = new Map();
  const keepFocus = focusAmong(parent, known);
  let place = parent.firstChild;
  for (const row of rows) {
    const before = known.get(row.key);
    let element = before?.element;
    if (!before || before.version !== row.version) {
      element = row.make();
      if (before) {
        if (place === before.element) place = place.nextSibling;
        before.element.remove();
      }
    }
    next.set(row.key, { element, version: row.version });
    if (place === element) {
      place = place.nextSibling;
    } else {
      parent.insertBefore(element, place);
    }
  }
  while (place) {
    const after = place.nextSibling;
    place.remove();
    place = after;
  }
  shownBy.set(parent, next);
  keepFocus(next);
}
