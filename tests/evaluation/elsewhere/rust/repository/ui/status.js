const status = document.querySelector("#status");

async function refresh() {
  const answer = await fetch("/status");
  const told = await answer.json();
  status.classList.toggle("healthy", told.healthy);
}

setInterval(refresh, 60_000);
