/**
 * The only script of a page: a map that is clicked is shown large; arrow keys walk through slices and
 * maps. Without it the page says the same. It holds no "<" and no "&" (see page.ts).
 */
export const pageScript = `
(() => {
  const images = Array.from(document.querySelectorAll(".slices img"));
  if (images.length === 0) return;
  const columns = images[0].closest(".slice").querySelectorAll("img").length;
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
  document.querySelector(".slices").append(dialog);
  let shown = 0;
  const show = (n) => {
    if (images[n] === undefined) return;
    shown = n;
    large.src = images[n].src;
    large.alt = images[n].alt;
    caption.textContent = images[n].alt + "  (arrow keys: other slices and maps)";
    if (!dialog.open) dialog.showModal();
  };
  images.forEach((image, n) => {
    image.classList.add("zoom");
    image.addEventListener("click", () => show(n));
  });
  dialog.addEventListener("click", () => dialog.close());
  const steps = { ArrowDown: columns, ArrowUp: -columns, ArrowRight: 1, ArrowLeft: -1 };
  dialog.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    show(shown + step);
  });
})();
`;
