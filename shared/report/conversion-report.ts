import type {
  CodedText,
  ConversionReportContent,
  ConvertedCard,
  ConvertedStudy,
  LeftOutRow,
} from "./conversion-content.ts";
import { conversionStyle } from "./conversion-style.ts";
import { formatCount } from "./format.ts";
import { renderHead } from "./head-section.ts";
import { type Html, html, pngAddress, renderTable } from "./html.ts";
import { renderPage } from "./page.ts";
import { renderProvenance } from "./provenance-section.ts";
import { renderCitations } from "./reference-list.ts";
import { renderFiles } from "./table-sections.ts";

/** Up to so many series stand open on the page; more are folded, study by study. */
const openSeries = 120;
/** Texts of one code, places of one text. */
const mostNamed = 12;

/**
 * The report of a conversion as one HTML file: a picture of every series, why the rest was left out, and where the values came from.
 * It asks for nothing from outside and needs no script to be read. All texts are escaped, whoever wrote them.
 */
export function renderConversionReport(content: ConversionReportContent): string {
  const { studies, options, software, files } = content;
  const count = studies.reduce((sum, { cards }) => sum + cards.length, 0);
  return renderPage(
    `${content.title} · ${content.program.name}`,
    [
      renderHead(content),
      renderAttention(content),
      studies.map((study, n) => renderStudy(study, n, count <= openSeries)),
      renderProvenance({
        provenance: { options, software, seriesInstanceUID: "", inputs: [] },
      }),
      renderCitations(content.citations),
      renderFiles({ files }),
    ],
    conversionStyle,
  );
}

/** What failed, and what was remarked on: each finding once, with all its places. */
function renderAttention({ studies, meanings }: ConversionReportContent): Html {
  const lost = studies.flatMap(({ title, leftOut }) =>
    leftOut.filter(({ failed }) => failed).map((row) => ({ ...row, study: title })),
  );
  const remarks = studies.flatMap(({ title, cards }) => {
    const all = cards.flatMap(({ place, remarks: own }) =>
      own.map((remark) => ({ ...remark, place, study: title })),
    );
    // The series of one reconstruction share its remarks.
    return [...new Map(all.map((one) => [`${one.place} ${one.code} ${one.text}`, one])).values()];
  });
  if (lost.length + remarks.length === 0) return html``;
  const explaining = remarks.filter(({ explains }) => explains);
  const doubtful = remarks.filter(({ explains }) => !explains);
  const several = studies.length > 1;
  const list = (found: readonly Found[], tone: Tone) =>
    [...Map.groupBy(found, ({ code }) => code)].map(([code, ones]) => {
      const texts = [...Map.groupBy(ones, ({ text }) => text)];
      const items = texts
        .slice(0, mostNamed)
        .map(([text, same]) => html`<small>${text} <i>${namePlaces(same, several)}</i></small>`);
      const rest = texts.length - items.length;
      const more = rest > 0 ? html`<small>and ${formatCount(rest)} more</small>` : undefined;
      const count = ones.length > 1 ? ` × ${formatCount(ones.length)}` : "";
      return html`<li><span class="state ${tone}">${code}${count}</span> ${meanings.get(code)}${items}${more}</li>\n`;
    });
  const part = (title: string, found: readonly Found[], tone: Tone) =>
    found.length === 0
      ? undefined
      : html`<h3>${title}</h3>\n<ul class="troubles">${list(found, tone)}</ul>\n`;
  const notes =
    explaining.length === 0
      ? undefined
      : html`<details><summary>Notes: nothing to do</summary>\n<ul class="troubles">${list(explaining, "soft")}</ul></details>\n`;
  return html`<section id="attention"><h2>What to look at</h2>
${part("Not converted", lost, "bad")}${part("Converted with a remark", doubtful, "mind")}${notes}</section>\n`;
}

type Tone = "bad" | "mind" | "soft";

/** A finding and where it was made. */
interface Found extends CodedText {
  readonly place: string;
  readonly study: string;
}

/** `M01 · day1: 1/1, 2/1`: the places of each study, those without a number by their text alone. */
function namePlaces(found: readonly Found[], several: boolean): string {
  const studies = [...Map.groupBy(found, ({ study }) => study)].map(([study, ones]) => {
    // A text that names the folder has said the place.
    const places = [
      ...new Set(
        ones.flatMap(({ place, text }) =>
          text.includes(place) && place.includes("/") && !/^\d+\/\d+$/.test(place) ? [] : [place],
        ),
      ),
    ];
    if (places.length === 0) return study;
    const rest = places.length - mostNamed;
    const named =
      places.slice(0, mostNamed).join(", ") + (rest > 0 ? ` and ${formatCount(rest)} more` : "");
    return several ? `${study}: ${named}` : named;
  });
  const rest = studies.length - mostNamed;
  return (
    studies.slice(0, mostNamed).join("; ") +
    (rest > 0 ? ` and ${formatCount(rest)} more studies` : "")
  );
}

function renderStudy(study: ConvertedStudy, n: number, open: boolean): Html {
  const { title, note, cards, leftOut, origins } = study;
  const head = html`${title} <small>${note}</small>`;
  const body = html`${cards.length > 0 ? html`<div class="cards">\n${cards.map(renderCard)}</div>\n` : undefined}${renderLeftOut(leftOut)}${renderOrigins(origins)}`;
  if (open) return html`<section id="study-${n + 1}"><h2>${head}</h2>\n${body}</section>\n`;
  return html`<section id="study-${n + 1}" class="study"><details><summary><b>${title}</b> <small>${note}</small></summary>\n${body}</details></section>\n`;
}

function renderCard(card: ConvertedCard): Html {
  const { number, title, place, facts, thumbnail, current, remarks } = card;
  const picture =
    thumbnail === undefined
      ? html`<div class="picture none"></div>`
      : html`<div class="picture"><img style="aspect-ratio: ${thumbnail.aspect.toFixed(4)}; ${thumbnail.aspect < 1 ? "height: 100%" : "width: 100%"}" src="${pngAddress(thumbnail.png)}" alt="middle image of ${title}"/></div>`;
  const marks = [
    current ? html`<span class="state soft">was there</span>` : undefined,
    ...[...new Map(remarks.map((remark) => [remark.code, remark])).values()].map(
      ({ code, explains }) =>
        html`<span class="state ${explains ? "soft" : "mind"}">${code}</span>`,
    ),
  ];
  return html`<figure class="card">${picture}<figcaption><b>${title}</b><span>${place} · series ${number}</span>${facts.map((fact) => html`<span>${fact}</span>`)}<span class="marks">${marks}</span></figcaption></figure>\n`;
}

function renderLeftOut(leftOut: readonly LeftOutRow[]): Html {
  if (leftOut.length === 0) return html``;
  const rows = leftOut.map(({ place, name, code, text, failed }) => [
    place,
    name,
    html`<span class="state ${failed ? "bad" : "soft"}">${code}</span>`,
    text,
  ]);
  const columns = ["Where", "Name", "Code", "What was found"].map((heading, n) => ({
    heading,
    unbroken: n === 2,
  }));
  return html`<h3>Left out <small>${formatCount(leftOut.length)}</small></h3>\n${renderTable(columns, rows)}`;
}

function renderOrigins(origins: ConvertedStudy["origins"]): Html {
  if (origins.length === 0) return html``;
  const rows = origins.map(({ place, keyword, from }) => [
    place,
    html`<code>${keyword}</code>`,
    from,
  ]);
  const table = renderTable(
    [{ heading: "Where" }, { heading: "Attribute" }, { heading: "Made from" }],
    rows,
  );
  return html`<details class="origins"><summary>Where the values came from</summary>\n${table}</details>\n`;
}
