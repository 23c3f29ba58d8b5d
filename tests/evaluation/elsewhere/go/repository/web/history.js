export async function since(meter, day) {
  const answer = await fetch(`/meters/${meter}/readings?since=${day.toISOString()}`);
  return answer.json();
}
