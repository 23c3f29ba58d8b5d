const stops = document.getElementById("stops");

export function show(plan) {
  document.getElementById("number").textContent = plan.number;
  stops.replaceChildren(...plan.stops.map(stop));
  count();
}

function stop(item) {
  const entry = document.createElement("li");
  entry.textContent = `${item.place} ${item.name}`;
  entry.addEventListener("click", () => { entry.remove(); count(); });
  return entry;
}

function count() {
  document.getElementById("left-over").textContent = `${stops.children.length} to go`;
}
