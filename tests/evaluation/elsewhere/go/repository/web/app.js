const list = document.querySelector("#readings");

export async function load(meter) {
  const answer = await fetch(`/meters/${meter}/readings`);
  const readings = await answer.json();
  list.replaceChildren(...readings.map((reading) => row(new Date(reading.at))));
}

function row(at, text = "") {
  const item = document.createElement("li");
  item.textContent = `${at.toLocaleString()} ${text}`;
  return item;
}
