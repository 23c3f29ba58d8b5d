const page = document.getElementById("tracking");

export async function show(reference) {
  const answer = await fetch(`/api/track/${encodeURIComponent(reference)}`);
  if (!answer.ok) {
    page.textContent = "We do not know this parcel.";
    return;
  }
  const parcel = await answer.json();
  page.querySelector(".state").textContent = parcel.state;
}
