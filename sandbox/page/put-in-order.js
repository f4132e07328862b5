// Update a list by touching only new or moved nodes: others keep the focus, and screen readers announce only changes.

/** Make `nodes` the children of `parent`, in this order. */
export function putInOrder(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, index) => {
    const there = parent.children[index];
    if (there !== node) parent.insertBefore(node, there ?? null);
  });
}
