/**
 * The script of the page of a project: a box that shows only the sessions with the words typed into it. Without it the page says
 * the same. It holds no "<" and no "&" (see page.ts).
 */
export const projectScript = `
(() => {
  const section = document.querySelector("#sessions");
  if (section === null || section.querySelector("tr") === null) return;
  const label = document.createElement("label");
  const input = document.createElement("input");
  const found = document.createElement("span");
  label.className = "filter";
  input.type = "search";
  input.placeholder = "label, group, failed, E-...";
  input.setAttribute("aria-label", "Show sessions with");
  label.append(input, found);
  section.querySelector("h2").after(label);
  let tables;
  const read = () => Array.from(section.querySelectorAll("table"), (table) => ({
    block: table.closest("details"),
    table,
    rows: Array.from(table.querySelectorAll("tbody tr"), (row) => ({ row, text: row.textContent.toLowerCase() })),
  }));
  const most = 1000;
  const show = () => {
    tables = tables ?? read();
    const words = input.value.toLowerCase().split(" ").filter((word) => word !== "");
    const counts = tables.map(({ rows }) => rows.reduce((sum, { row, text }) => {
      const fits = words.every((word) => text.includes(word));
      if (row.hidden === fits) row.hidden = !fits;
      return fits ? sum + 1 : sum;
    }, 0));
    const count = counts.reduce((sum, here) => sum + here, 0);
    tables.forEach(({ block, table }, n) => {
      (block ?? table).hidden = counts[n] === 0;
      if (block !== null) block.open = words.length === 0 ? false : most >= count;
    });
    found.textContent = words.length === 0 ? "" : count + (count === 1 ? " session" : " sessions");
  };
  input.addEventListener("change", show);
  let waiting;
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, 150);
  });
})();
`;
