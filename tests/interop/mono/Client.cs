using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Reflection;
using System.Text;
using System.Web.Services.Protocols;
using System.Xml;
using Hub;

/// <summary>The .NET Framework way: the proxy that mono's wsdl made of the served WSDL. What it prints is explained in ../README.md.</summary>
class Client
{
    static readonly TextWriter Out = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true };
    const string Ber = "urn:betaalhub:berichten:v1", Typ = "urn:betaalhub:typen:v1";
    static readonly string Run = Environment.GetEnvironmentVariable("INTEROP_RUN");
    static readonly Betaalhub Proxy = new Betaalhub {
        Credentials = new NetworkCredential(Environment.GetEnvironmentVariable("INTEROP_NAAM"), Environment.GetEnvironmentVariable("INTEROP_GEHEIM")),
        PreAuthenticate = true,
    };

    static void Tell(string step, string name, object value)
    {
        string kind = value is bool ? "bool" : value is int || value is long ? "int" : value is DateTime ? "time" : "text";
        string text = value is bool ? ((bool) value ? "true" : "false") : value is DateTime ? ((DateTime) value).ToString("o") : value.ToString();
        Out.WriteLine(step + "\t" + name + "\t" + kind + "\t" + text);
    }

    /// <summary>Calls an operation with its parameters by name. The proxy has one method parameter per element, so that a new
    /// optional element changes every call that gives them by place.</summary>
    static Dictionary<string, object> Call(string operation, Dictionary<string, object> given)
    {
        MethodInfo method = typeof(Betaalhub).GetMethods().Single(one => one.Name == operation);
        ParameterInfo[] parameters = method.GetParameters();
        object[] values = parameters.Select(one => given.ContainsKey(one.Name) ? given[one.Name] : null).ToArray();
        try {
            method.Invoke(Proxy, values);
        } catch (TargetInvocationException error) {
            throw error.InnerException;
        }
        return parameters.Select((one, place) => new { one.Name, Value = values[place] }).ToDictionary(one => one.Name, one => one.Value);
    }

    static Stuurgegevens Stuur(string number)
    {
        return new Stuurgegevens { Zender = "vergunningen", Referentienummer = Run + "-" + number, TijdstipBericht = DateTime.Now };
    }

    static Productregel Regel(int number, string product = "OMGEVING", int aantal = 1)
    {
        return new Productregel {
            Regelnummer = number, Productcode = product, Omschrijving = "Café & terras, deel " + number, Aantal = aantal, BedragInCenten = 8450,
        };
    }

    static Dictionary<string, object> Start(string number, params Productregel[] regels)
    {
        return new Dictionary<string, object> {
            { "Stuurgegevens", Stuur(number) }, { "Kenmerk", Run + "-" + number }, { "Productregel", regels },
            { "TotaalInCenten", 8450 * regels.Length }, { "TerugkeerUrl", Environment.GetEnvironmentVariable("INTEROP_TERUG") },
            { "Betaler", new Betaler { Soort = Betalersoort.BURGER, Naam = "Zoë & Jan", Taal = Taal.nl, TaalSpecified = true } },
        };
    }

    static XmlElement Refused(Dictionary<string, object> message)
    {
        try {
            Call("StartBetaling", message);
        } catch (SoapException fault) {
            return fault.Detail["BetaalhubFout", Ber];
        }
        throw new InvalidOperationException("not refused");
    }

    static void Some(string step, Dictionary<string, object> answer, params string[] names)
    {
        foreach (string name in names) Tell(step, name, answer[name]);
    }

    static void Controleer()
    {
        var answer = Call("Controleer", new Dictionary<string, object> { { "Stuurgegevens", Stuur("c") } });
        Some("controleer", answer, "Aansluiting", "ZenderNaam", "RegisterBereikbaar", "Tijdstip");
    }

    static void Betalingen()
    {
        var one = Start("1", Regel(1));
        foreach (string step in new[] { "start-1", "again" })
            Some(step, Call("StartBetaling", one), "Betaalkenmerk", "BetaalUrl", "Status", "Versie");
        var started = Call("StartBetaling", Start("50", Enumerable.Range(1, 50).Select(number => Regel(number)).ToArray()));
        Some("start-50", started, "Betaalkenmerk");
        var stand = Call("VraagBetaalstatus", new Dictionary<string, object> {
            { "Stuurgegevens", Stuur("q") }, { "Betaalkenmerk", started["Betaalkenmerk"] },
        });
        Some("query", stand, "Betaalkenmerk", "Status", "Leverbaar", "TotaalInCenten");
        var regels = (Regelstatus[]) stand["Regelstatus"];
        Tell("query", "Regels", regels.Length);
        Tell("query", "BedragInCenten", regels[49].BedragInCenten);
        Tell("query", "Betaald", regels[49].Betaald);
    }

    static void Weigeringen()
    {
        var wrong = Start("f", Regel(1, "ONBEKEND"), Regel(1, "ONBEKEND"));
        wrong["TotaalInCenten"] = 1;
        wrong["TerugkeerUrl"] = "https://elders.example/";
        XmlElement fout = Refused(wrong);
        Tell("refusal", "Detail", "xml");
        foreach (string name in new[] { "Code", "Plek", "Herhaalbaar" }) Tell("refusal", name, fout[name, Ber].InnerText);
        var found = fout.ChildNodes.OfType<XmlElement>().Where(one => one.LocalName == "Bevinding");
        Tell("refusal", "Bevindingen", string.Join(",", found.Select(one => one["Code", Typ].InnerText)));
        fout = Refused(Start("g", Regel(1), Regel(2, aantal: 0), Regel(3, aantal: 0)));
        Tell("contract", "Code", fout["Code", Ber].InnerText);
        foreach (string name in new[] { "Element", "Facet", "Regel" })
            Tell("contract", name, fout["Bevinding", Ber][name, Typ].InnerText);
    }

    static void Producten()
    {
        var answer = Call("VraagProducten", new Dictionary<string, object> { { "Stuurgegevens", Stuur("p") } });
        var found = (Product[]) answer["Product"];
        Tell("products", "Codes", string.Join(",", found.Select(product => product.Productcode)));
        Tell("products", "Omschrijving", found[1].Omschrijving);
        Tell("products", "GeldigVan", found[1].GeldigVan);
    }

    static void Wijzigingen()
    {
        var answer = Call("VraagWijzigingen", new Dictionary<string, object> {
            { "Stuurgegevens", Stuur("w") }, { "Vanaf", 0L }, { "VanafSpecified", true }, { "Maximum", 500 }, { "MaximumSpecified", true },
        });
        Tell("feed", "Betaalkenmerk", ((Wijziging[]) answer["Wijziging"]).Last().Betaalkenmerk);
        Some("feed", answer, "Volgende", "Compleet");
    }

    static void Main()
    {
        Controleer();
        Betalingen();
        Weigeringen();
        Producten();
        Wijzigingen();
        Type runtime = Type.GetType("Mono.Runtime");
        MethodInfo name = runtime.GetMethod("GetDisplayName", BindingFlags.NonPublic | BindingFlags.Static);
        Tell("end", "mono", ((string) name.Invoke(null, null)).Split(' ')[0]);
    }
}
