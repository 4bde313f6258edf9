/**
 * The only script of a page: a map that is clicked is shown large; arrow keys walk through slices and
 * maps. Without it the page says the same. It holds no "<" and no "&" (see page.ts).
 */
export const pageScript = `
(() => {
  const images = Array.from(document.querySelectorAll(".slices img"));
  if (images.length === 0) return;
  const rows = Array.from(document.querySelectorAll(".slices .slice"), (row) =>
    Array.from(row.querySelectorAll("img"))).filter((row) => row.length !== 0);
  const dialog = document.createElement("dialog");
  const figure = document.createElement("span");
  const inner = document.createElement("span");
  const large = document.createElement("img");
  const caption = document.createElement("p");
  figure.className = "frame";
  inner.append(large);
  figure.append(inner);
  dialog.append(figure, caption);
  dialog.className = "large";
  images[0].closest(".slices").append(dialog);
  let shown = images[0];
  const show = (image) => {
    if (image === undefined) return;
    shown = image;
    large.src = image.src;
    large.alt = image.alt;
    inner.replaceChildren(large, ...Array.from(image.parentNode.querySelectorAll("svg"), (one) => one.cloneNode(true)));
    caption.textContent = image.alt + "  (arrow keys: other slices and maps)";
    const home = image.closest(".slices");
    if (dialog.parentNode !== home) {
      dialog.close();
      home.append(dialog);
    }
    dialog.style.setProperty("--aspect", getComputedStyle(image).getPropertyValue("--aspect"));
    if (!dialog.open) dialog.showModal();
  };
  images.forEach((image) => {
    image.classList.add("zoom");
    image.addEventListener("click", () => show(image));
  });
  dialog.addEventListener("click", () => dialog.close());
  const step = (by) => show(images[images.indexOf(shown) + by]);
  const move = (by) => {
    const at = rows.findIndex((row) => row.includes(shown));
    const row = rows[at + by] ?? [];
    show(row[Math.min(rows[at].indexOf(shown), row.length - 1)]);
  };
  const moves = {
    ArrowDown: () => move(1), ArrowUp: () => move(-1), ArrowRight: () => step(1), ArrowLeft: () => step(-1),
  };
  dialog.addEventListener("keydown", (event) => {
    const go = moves[event.key];
    if (go === undefined) return;
    event.preventDefault();
    go();
  });
})();
`;
