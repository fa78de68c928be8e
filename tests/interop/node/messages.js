// The messages that both clients of Node.js send, and how they tell what they got; explained in ../README.md.
const { INTEROP_RUN: run, INTEROP_TERUG: terug } = process.env;

const kinds = { boolean: "bool", number: "int", object: "time", string: "text" };
exports.tell = (step, name, value) =>
  console.log([step, name, kinds[typeof value], value instanceof Date ? value.toISOString() : value].join("\t"));

const stuur = (number) => ({ Zender: "vergunningen", Referentienummer: `${run}-${number}`, TijdstipBericht: new Date().toISOString() });

const regel = (number, product = "OMGEVING", aantal = 1) => ({
  Regelnummer: number, Productcode: product, Omschrijving: `Café & terras, deel ${number}`, Aantal: aantal, BedragInCenten: 8450,
});

const start = (number, regels, changes = {}) => ({
  Stuurgegevens: stuur(number), Kenmerk: `${run}-${number}`, Productregel: regels, TotaalInCenten: 8450 * regels.length,
  Betaler: { Soort: "BURGER", Naam: "Zoë & Jan", Taal: "nl" }, TerugkeerUrl: terug, ...changes,
});

exports.controleer = { Stuurgegevens: stuur("c") };
exports.one = start("1", [regel(1)]);
exports.fifty = start("50", Array.from({ length: 50 }, (_, index) => regel(index + 1)));
exports.query = (betaalkenmerk) => ({ Stuurgegevens: stuur("q"), Betaalkenmerk: betaalkenmerk });
exports.producten = { Stuurgegevens: stuur("p") };
exports.wijzigingen = { Stuurgegevens: stuur("w"), Vanaf: 0, Maximum: 500 };
exports.wrong = start("f", [regel(1, "ONBEKEND"), regel(1, "ONBEKEND")], { TotaalInCenten: 1, TerugkeerUrl: "https://elders.example/" });
exports.broken = start("g", [regel(1), regel(2, "OMGEVING", 0), regel(3, "OMGEVING", 0)]);
