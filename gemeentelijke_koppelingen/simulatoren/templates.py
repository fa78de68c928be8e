"""The HTML of the simulators: plain Dutch pages, usable without JavaScript, each clearly marked as a simulator."""

from __future__ import annotations

from flask import Flask, Response
from jinja2 import DictLoader

_LAYOUT = """<!doctype html>
<html lang="nl"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{% block title %}{% endblock %} · simulator</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0; color: #1b1b1b; background: #f4f5f7 }
header { background: #5b2a86; color: #fff; padding: .6rem 1rem; font-weight: 600 }
main { max-width: 46rem; margin: 1.5rem auto; padding: 1.5rem; background: #fff; border-radius: .5rem }
main.wide { max-width: 75rem }
h1 { margin-top: 0; font-size: 1.5rem }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .3rem .6rem; vertical-align: top }
th { border-bottom: 2px solid #ccc } td { border-bottom: 1px solid #e5e5e5 } .num { text-align: right }
button { font: inherit; padding: .6rem 1.1rem; margin: .25rem 0; border-radius: .3rem; cursor: pointer;
  border: 2px solid #5b2a86; background: #fff; color: #5b2a86 }
button.main { background: #5b2a86; color: #fff } button:focus, a:focus { outline: 3px solid #e8a300; outline-offset: 2px }
dt { font-weight: 600 } dd { margin: 0 0 .6rem; overflow-wrap: anywhere } .note { color: #555; font-size: .9rem }
form { margin: .6rem 0 } .choice { display: grid; grid-template-columns: minmax(0, 18rem) 1fr; gap: .2rem 1rem; align-items: center }
.choice button { width: 100% } .choice span { color: #555 } .scroll { overflow-x: auto }
.problem { border-left: .4rem solid #b3261e; padding: .4rem .8rem; background: #fbeceb }
code { background: #f0ebf5; padding: 0 .2rem } select, input { font: inherit; padding: .5rem; max-width: 100% }
.buttons form { display: inline-block; margin: .15rem }
@media (max-width: 36rem) { main { margin: 0; border-radius: 0; padding: 1rem } .choice { grid-template-columns: 1fr }
  .cards thead { display: none } .cards tr { display: block; padding: .6rem 0; border-bottom: 1px solid #ccc }
  .cards td { display: block; border: 0; padding: 0 } .cards .num { text-align: left; font-weight: 600 } }
</style></head><body>
<header>Simulator: dit is niet echt, er wordt geen geld betaald</header>
<main{% block wide %}{% endblock %}>{% block body %}{% endblock %}</main></body></html>
"""

_ORDER = """<dl><dt>Aan</dt><dd>{{ order.description or 'Gemeente' }}</dd>
<dt>Bedrag</dt><dd>{{ order.amount | euro }}</dd><dt>Referentie</dt><dd>{{ order.reference }}</dd></dl>
"""

_MENU = (
    """{% extends 'layout.html' %}{% block title %}Kies hoe u betaalt{% endblock %}{% block body %}
<h1>Kies hoe u betaalt</h1>"""
    + _ORDER
    + """{% for code, name in methods %}
<form method="post" action="/ps/kies"><input type="hidden" name="menu" value="{{ menu }}">
<input type="hidden" name="methode" value="{{ code }}"><button class="main" type="submit">{{ name }}</button></form>
{% endfor %}
<form method="post" action="/ps/kies"><input type="hidden" name="menu" value="{{ menu }}">
<input type="hidden" name="methode" value=""><button type="submit">Annuleren</button></form>
{% endblock %}"""
)

_BANK = (
    """{% extends 'layout.html' %}{% block title %}Betalen met {{ method }}{% endblock %}{% block body %}
<h1>Betalen met {{ method }}</h1><p>Dit is de nagebootste pagina van uw bank.</p>"""
    + _ORDER
    + """<h2>Wat gebeurt er?</h2>{% for code, (name, follows) in outcomes %}
<form class="choice" method="post" action="/ps/afronden"><input type="hidden" name="menu" value="{{ menu }}">
<input type="hidden" name="betaling" value="{{ payment_id }}"><input type="hidden" name="uitkomst" value="{{ code }}">
<button{% if loop.first %} class="main"{% endif %} type="submit">{{ name }}</button><span>{{ follows }}</span></form>
{% endfor %}{% if order.planned is defined %}
<p class="note">Iets anders proberen, zoals dubbel of te laat betalen? Betaal een bedrag uit de
<a href="/scenarios">scenario's</a>, of laat daarna iets gebeuren bij <a href="/orders/{{ order.reference }}">deze order</a>.</p>
{% endif %}{% endblock %}"""
)

_NOTE = """{% extends 'layout.html' %}{% block title %}{{ title }}{% endblock %}{% block body %}
<h1>{{ title }}</h1><p>{{ text }}</p>
{% if link %}<p><a href="{{ link }}">{{ link_text }}</a></p>{% endif %}{% endblock %}"""

_ORDERS = """{% extends 'layout.html' %}{% block title %}PSP{% endblock %}{% block wide %} class="wide"{% endblock %}
{% block body %}<h1>Nagebootste betaaldienst</h1>
<p>Deze dienst spreekt het contract Docdata Order API 1.3. <a href="/scenarios">Scenario's</a> ·
<a href="/control/orders">Alles als JSON</a></p>
<div class="scroll"><table><thead><tr><th>Referentie</th><th>Omschrijving</th><th>Scenario</th><th class="num">Bedrag</th>
<th>Betalingen</th></tr></thead><tbody>
{% for order in orders %}<tr><td><a href="/orders/{{ order.reference }}">{{ order.reference }}</a></td>
<td>{{ order.description }}</td><td>{{ order.scenario.name }}</td>
<td class="num">{{ order.amount | euro }}</td>
<td>{% for p in order.payments %}{{ p.method }}: {{ p.status }} {{ p.amount | euro }}<br>{% else %}geen{% endfor %}
{% if order.cancelled %}geannuleerd {% endif %}{% if order.expired %}verlopen{% endif %}</td></tr>
{% else %}<tr><td colspan="5">Nog geen orders.</td></tr>{% endfor %}</tbody></table></div>{% endblock %}"""

_ORDER_PAGE = """{% extends 'layout.html' %}{% block title %}Order {{ reference }}{% endblock %}
{% block wide %} class="wide"{% endblock %}{% block body %}<h1>Order {{ reference }}</h1>
{% if problem %}<p class="problem">{{ problem }}</p>{% endif %}
{% if order %}<dl><dt>Aan</dt><dd>{{ order.description or 'Gemeente' }}</dd>
<dt>Bedrag</dt><dd>{{ order.amount | euro }}{% if order.registered != order.amount %}, geregistreerd
{{ order.registered | euro }}{% endif %}</dd>
{% if order.scenario.name %}<dt>Scenario</dt><dd>{{ order.scenario.name }}</dd>{% endif %}
<dt>Staat</dt><dd>{% if order.cancelled %}geannuleerd {% endif %}{% if order.expired %}verlopen {% endif %}
{{ 'betaald' if order.paid else 'niet betaald' }}</dd></dl>
<h2>Betalingen</h2><div class="scroll"><table><thead><tr><th>Nummer</th><th>Methode</th><th>Status</th><th>Zekerheid</th>
<th class="num">Bedrag</th><th>Terugbetaald</th><th>Teruggeboekt</th></tr></thead><tbody>
{% for p in order.payments %}<tr><td>{{ p.id }}</td><td>{{ p.method }}</td><td>{{ p.status }}</td><td>{{ p.confidence }}</td>
<td class="num">{{ p.amount | euro }}{% if p.currency != 'EUR' %} ({{ p.currency }}){% endif %}</td>
<td>{% for m in p.refunds %}{{ m.amount | euro }} {{ m.status }} {{ m.name or '' }}<br>{% endfor %}
{% if p.reversed %}teruggedraaid {{ p.reversed | euro }}{% endif %}</td>
<td>{% for m in p.chargebacks %}{{ m.amount | euro }} {{ m.status }}<br>{% endfor %}</td></tr>
{% else %}<tr><td colspan="7">Nog geen betalingen.</td></tr>{% endfor %}</tbody></table></div>
<h2>Laat iets gebeuren</h2>
{% if order.planned %}<p>Gepland: {% for one in order.planned %}<code>{{ one }}</code> {% endfor %}</p>
<form method="post"><button class="main" name="event" value="{{ next_event }}">Speel het volgende nu</button></form>{% endif %}
<form method="post" class="buttons"><p><label>Bedrag in centen (leeg: alles) <input name="cent" inputmode="numeric" size="9"></label></p>
{% for code, name in events %}<button name="event" value="{{ code }}">{{ name }}</button> {% endfor %}
<button name="event" value="{{ notify_event }}">Opnieuw melden</button></form>{% endif %}
<h2>Wat er is gebeurd</h2><div class="scroll"><table><thead><tr><th>Tijd (UTC)</th><th>Wat</th></tr></thead><tbody>
{% for one in happenings %}<tr><td>{{ one.at[11:23] }}</td><td>{{ one.what }}</td></tr>{% endfor %}</tbody></table></div>
<p><a href="/">Alle orders</a></p>{% endblock %}"""

_SCENARIOS = """{% extends 'layout.html' %}{% block title %}Scenario's{% endblock %}
{% block wide %} class="wide"{% endblock %}{% block body %}<h1>Scenario's</h1>
<p>Een totaalbedrag dat op deze cijfers eindigt, speelt het scenario: € 77,13 maar ook € 1.077,13. Zet u het woord in de omschrijving
(of in het kenmerk, bij de twee andere buren), dan geldt dat woord en telt het bedrag niet.</p>
{% for buur, stories in tables %}<h2>{{ buur }}</h2><div class="scroll"><table class="cards"><thead><tr><th class="num">Bedrag</th><th>Woord</th>
<th>Wat er gebeurt</th><th>Hoe het eindigt</th></tr></thead><tbody>
{% for one in stories %}<tr><td class="num">{{ one.cents | euro }}</td><td><code>{{ one.word }}</code></td><td>{{ one.what }}</td>
<td>{{ one.status }}{% for soort in one.uitval %}, uitval {{ soort }}{% endfor %}</td></tr>{% endfor %}</tbody></table></div>
{% endfor %}<p><a href="/">Alle orders</a></p>{% endblock %}"""

_JOURNAAL = """{% extends 'layout.html' %}{% block title %}Grootboek{% endblock %}
{% block wide %} class="wide"{% endblock %}
{% block body %}<h1>Nagebootst financieel systeem</h1>
<p>Deze dienst spreekt het contract grootboek-v1. <a href="/control/journaalposten">Alles als JSON</a>.</p>
{% for post in posten %}<h2>{{ post.boekstuknummer or 'Afgekeurd' }}</h2>
<p>{{ post.omschrijving }} · {{ post.boekdatum }} · journaalpost {{ post.journaalpostnummer }} · {{ post.soort }}
{% if post.betaalkenmerk %} · betaalkenmerk {{ post.betaalkenmerk }}{% endif %}
{% if post.reden %}<br><strong>Reden:</strong> {{ post.reden }}{% endif %}</p>
<table><thead><tr><th>Rekening</th><th>Kostenplaats</th><th>Omschrijving</th><th>Btw</th><th class="num">Debet</th>
<th class="num">Credit</th></tr></thead><tbody>{% for regel in post.regels %}<tr><td>{{ regel.grootboekrekening }}</td>
<td>{{ regel.kostenplaats or '' }}</td><td>{{ regel.omschrijving }}</td><td>{{ regel.btw_code }}</td>
<td class="num">{{ regel.debet_cent | euro if regel.debet_cent else '' }}</td>
<td class="num">{{ regel.credit_cent | euro if regel.credit_cent else '' }}</td></tr>{% endfor %}</tbody></table>
{% else %}<p>Er is nog niets geboekt.</p>{% endfor %}{% endblock %}"""

_PRODUCTSYSTEEM = """{% extends 'layout.html' %}{% block title %}Productsysteem{% endblock %}
{% block wide %} class="wide"{% endblock %}
{% block body %}<h1>Nagebootst productsysteem</h1>
<p>Deze dienst spreekt het contract betaalstatus-v1. <a href="/control/berichten">Alles als JSON</a>.</p>
{% if klant %}<p><a href="/mijn-betalingen">Mijn betalingen, zoals een e-loket ze toont</a></p>{% endif %}
{% if producten %}<h2>Start een betaling</h2>{% if token %}<p>Deze betaling komt bij uw andere in het winkelmandje.</p>{% endif %}
{% for product in producten %}<form method="post" action="/start"><input type="hidden" name="product" value="{{ loop.index0 }}">
<input type="hidden" name="meebetaaltoken" value="{{ token }}">
<button type="submit">{{ product.omschrijving }}, {{ product.bedrag_cent | euro }}</button></form>{% endfor %}
{% if vrij is not none %}<h2>Speel een scenario</h2><form method="post" action="/start">
<input type="hidden" name="product" value="{{ vrij }}"><input type="hidden" name="meebetaaltoken" value="{{ token }}">
<p><label>{{ producten[vrij].omschrijving }} voor <select name="cent">{% for one in stories %}
<option value="{{ one.cents }}">{{ one.cents | euro }}: {{ one.what }}</option>{% endfor %}</select></label></p>
<button type="submit">Start dit scenario</button></form>{% endif %}{% endif %}
<h2>Ontvangen statussen</h2>
<div class="scroll"><table><thead><tr><th>Betaalkenmerk</th><th>Ons kenmerk</th><th>Status</th><th class="num">Versie</th><th>Leverbaar</th>
<th class="num">Totaal</th><th class="num">Ontvangen</th></tr></thead><tbody>
{% for stand in standen %}<tr><td>{{ stand.betaalkenmerk }}</td><td>{{ stand.kenmerk }}</td><td>{{ stand.status }}</td>
<td class="num">{{ stand.versie }}</td><td>{{ 'ja' if stand.leverbaar else 'nee' }}</td>
<td class="num">{{ stand.totaal_cent | euro }}</td><td class="num">{{ stand.ontvangen_cent | euro }}</td></tr>
{% else %}<tr><td colspan="7">Nog niets ontvangen.</td></tr>{% endfor %}</tbody></table></div>{% endblock %}"""

_ELOKET = """{% extends 'layout.html' %}{% block title %}Mijn betalingen{% endblock %}
{% block wide %} class="wide"{% endblock %}{% block body %}<h1>Mijn betalingen</h1>
<p>Zo toont een e-loket wat iemand moet betalen en heeft betaald, bij alle afdelingen. U bent hier klant <code>{{ klant }}</code>.
<a href="/">Terug naar het productsysteem</a></p>
<div class="scroll"><table class="cards"><thead><tr><th>Waarvoor</th><th>Van</th><th>Betaalkenmerk</th><th>Hoe staat het?</th><th class="num">Bedrag</th><th>Verder</th></tr></thead><tbody>
{% for one in regels %}<tr><td>{{ one.omschrijving }}</td><td>{{ one.zender }}</td><td>{{ one.betaalkenmerk }}</td><td>{{ one.status }}</td>
<td class="num">{{ one.bedrag_cent | euro }}</td><td>{% if one.betaal_url %}<a href="{{ one.betaal_url }}">Betalen<span class="note"> {{ one.omschrijving }}</span></a>{% endif %}
{% if one.status_url %}<a href="{{ one.status_url }}">Bekijken<span class="note"> {{ one.omschrijving }}</span></a>{% endif %}</td></tr>
{% else %}<tr><td colspan="6">U hebt hier nog geen betalingen.</td></tr>{% endfor %}</tbody></table></div>{% endblock %}"""

_POSTBUS = """{% extends 'layout.html' %}{% block title %}Postbus{% endblock %}
{% block wide %} class="wide"{% endblock %}{% block body %}<h1>Nagebootste postbus</h1>
<p>Hier komen alle mails aan. Zij gaan nergens anders heen. <a href="/control/mails">Alles als JSON</a></p>
<div class="scroll"><table class="cards"><thead><tr><th>Tijd (UTC)</th><th>Aan</th><th>Onderwerp</th><th>Lezen</th></tr></thead><tbody>
{% for mail in mails %}<tr><td>{{ mail.tijdstip[:19].replace('T', ' ') }}</td><td>{{ mail.aan | join(', ') }}</td>
<td>{{ mail.onderwerp }}</td><td><a href="/mails/{{ mail.nummer }}/html">met opmaak</a> ·
<a href="/mails/{{ mail.nummer }}/tekst">alleen tekst</a></td></tr>
{% else %}<tr><td colspan="4">Nog geen mails.</td></tr>{% endfor %}</tbody></table></div>{% endblock %}"""


def euro(cents: int) -> str:
    """An amount in cents as Dutch people write it: `€ 1.234,50`."""
    whole, part = divmod(abs(cents), 100)
    sign = "-" if cents < 0 else ""
    return f"€ {sign}{whole:,}".replace(",", ".") + f",{part:02d}"


def new_app(name: str) -> Flask:
    """A Flask application with these templates, escaping on, and headers that keep a page to itself."""
    app = Flask(name, static_folder=None)
    app.jinja_loader = DictLoader(
        {
            "layout.html": _LAYOUT,
            "menu.html": _MENU,
            "bank.html": _BANK,
            "note.html": _NOTE,
            "orders.html": _ORDERS,
            "order.html": _ORDER_PAGE,
            "scenarios.html": _SCENARIOS,
            "journaal.html": _JOURNAAL,
            "productsysteem.html": _PRODUCTSYSTEEM,
            "postbus.html": _POSTBUS,
            "eloket.html": _ELOKET,
        }
    )
    app.jinja_env.filters["euro"] = euro
    app.after_request(_headers)
    return app


def _headers(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
