// Bringing a list up to date by touching only what is new or moved: the rest keeps focus, and readers hear only news.

/** Make `nodes` the children of `parent`, in this order. */
export function putInOrder(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, index) => {
    const there = parent.children[index];
    if (there !== node) parent.insertBefore(node, there ?? null);
  });
}
