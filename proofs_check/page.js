const find = (id) => document.getElementById(id);
const verdict = find("f-verdict"), paper = find("f-paper"), text = find("f-text"), shown = find("shown");
function filter() {
  const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
  let n = 0;
  for (const row of document.querySelectorAll("#claims-table tbody tr")) {
    const article = find(row.dataset.id);
    const body = (row.textContent + " " + (article ? article.textContent : "")).toLowerCase();
    const hit = (!verdict.value || row.dataset.verdict === verdict.value)
      && (!paper.value || row.dataset.paper === paper.value) && words.every((w) => body.includes(w));
    row.hidden = !hit;
    if (article) article.hidden = !hit;
    n += hit;
  }
  shown.textContent = n + " shown";
}
for (const control of [verdict, paper, text]) control.addEventListener("input", filter);
filter();
document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-copy]");
  if (!button) return;
  const code = button.parentElement.querySelector("pre");
  try {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(code);
    button.textContent = "Selected";
  }
  setTimeout(() => { button.textContent = "Copy"; }, 1500);
});
let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("article details:not([open])")];
  for (const each of opened) each.open = true;
});
addEventListener("afterprint", () => { for (const each of opened) each.open = false; });
