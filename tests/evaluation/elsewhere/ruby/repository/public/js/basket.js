const basket = new Map();

export function put(product, input) {
  basket.set(product, Number(input.value.replace(",", ".")));
}

export async function order() {
  const lines = [...basket].map(([product, amount]) => ({ product, pieces: amount }));
  const answer = await fetch("/orders/", { method: "POST", body: JSON.stringify(lines) });
  return answer.ok;
}
