// Greets, filters the list, and asks the map where the shop is.
const MAPS_KEY = "<<google-api-key>>";

function greet() {
  const name = new URLSearchParams(location.search).get("name");
  if (name) {
    const place = document.createElement("p");
    place.innerHTML = "Welcome back, " + name;
    document.body.prepend(place);
  }
}

function filter(words) {
  for (const line of document.querySelectorAll(".products li")) {
    line.hidden = !line.textContent.includes(words);
  }
}

function note(text) {
  const place = document.createElement("p");
  place.textContent = text;
  document.body.append(place);
}

async function whereIsTheShop() {
  const url = `https://maps.googleapis.com/maps/api/geocode/json?address=Harbour+1&key=${MAPS_KEY}`;
  const answer = await fetch(url);
  note((await answer.json()).results[0].formatted_address);
}

greet();
document.querySelector("#filter")?.addEventListener("input", (event) => filter(event.target.value));
document.querySelector("#where")?.addEventListener("click", whereIsTheShop);
