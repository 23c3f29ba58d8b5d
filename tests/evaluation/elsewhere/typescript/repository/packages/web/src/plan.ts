import * as shared from "@tickets/shared";

const soldOut = document.getElementById("sold-out")!;
const buy = document.getElementById("buy") as HTMLButtonElement;

export function show(event: shared.Event): void {
  document.getElementById("event-title")!.textContent = event.title;
  soldOut.hidden = !shared.isSoldOut(event);
  buy.disabled = shared.isSoldOut(event) || shared.startsSoon(event, new Date());
}

export function choose(seat: SVGElement): void {
  seat.classList.toggle("chosen");
}
