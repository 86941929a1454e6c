// Finds the links in what people write. Pure.

// A link ends where the scripts that write without spaces begin, and before quotes and brackets.
const link = /https?:\/\/[^\s<>"'`\u2018-\u201d\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uffef]+/gi;
const closers = { ')': '(', ']': '[', '}': '{' };

// Punctuation at the end belongs to the sentence, and so does a bracket that was not opened inside.
function trimmed(text) {
  let end = text.length;
  for (;;) {
    const last = text[end - 1];
    const opener = closers[last];
    const inside = text.slice(0, end);
    const unopened = opener && inside.split(last).length > inside.split(opener).length;
    if (end > 0 && ('.,;:!?*_~'.includes(last) || unopened)) {
      end -= 1;
    } else {
      return inside;
    }
  }
}

function target(text) {
  let url;
  try {
    url = new URL(text);
  } catch {
    return null;
  }
  const web = url.protocol === 'http:' || url.protocol === 'https:';
  // A name before the host makes one host look like another.
  return web && url.hostname !== '' && url.username === '' && url.password === '' ? url : null;
}

// [{text} | {text, href}]: a host that reads like another one is shown as it is sent.
export function splitLinks(content) {
  const parts = [];
  let from = 0;
  for (const found of content.matchAll(link)) {
    const text = trimmed(found[0]);
    const url = target(text);
    if (!url) continue;
    if (found.index > from) parts.push({ text: content.slice(from, found.index) });
    const asWritten = text.toLowerCase().includes(url.hostname);
    parts.push({ text: asWritten ? text : url.href, href: url.href });
    from = found.index + text.length;
  }
  if (from < content.length) parts.push({ text: content.slice(from) });
  return parts;
}
