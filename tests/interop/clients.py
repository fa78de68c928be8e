"""The foreign SOAP clients: what each is called, what it needs from Debian, and whether CI may do without it."""

from __future__ import annotations

from dataclasses import dataclass

FORMS = ("wsdl", "singleWsdl")  # how the hub serves its contract: with separate schemas, and in one file


@dataclass(frozen=True, slots=True)
class Need:
    """Something that must be on the machine: a command, or a file (a pattern), and the Debian package that brings it."""

    probe: str
    package: str


@dataclass(frozen=True, slots=True)
class Client:
    """One client: its folder here, with `run.sh` and where needed `install.sh` and `build.sh`, and how it is used."""

    title: str
    folder: str
    program: str = ""  # an argument for run.sh, where one folder holds several clients
    needs: tuple[Need, ...] = ()
    obligatory: bool = False
    soap: tuple[str, ...] = ("1.1",)
    forms: tuple[str, ...] = FORMS
    remark: str = ""


_NODE = (Need("node", "nodejs"), Need("npm", "npm"))
_JAVA = (Need("javac", "default-jdk-headless"),)
_JAR = "/usr/share/java/"

CLIENTS = (
    Client("zeep", "zeep", obligatory=True),
    Client(
        "suds-community",
        "suds",
        obligatory=True,
        remark="A date in a restriction of xs:dateTime must be given as text",
    ),
    Client(
        "PHP SoapClient",
        "php",
        needs=(Need("php", "php-cli"), Need("/usr/lib/php/*/soap.so", "php-soap")),
        obligatory=True,
        soap=("1.1", "1.2"),
    ),
    Client("node-soap", "node", "soap.js", needs=_NODE, obligatory=True, soap=("1.1", "1.2")),
    Client(
        "strong-soap",
        "node",
        "strong-soap.js",
        needs=_NODE,
        obligatory=True,
        remark="Warns of R2113, because it takes the documentation of the fault message for its part",
    ),
    Client(
        "JAX-WS RI (wsimport)",
        "jaxws",
        needs=(*_JAVA, Need("wsimport", "jaxws")),
        obligatory=True,
        remark="Also reads the contracts that others implement",
    ),
    Client(
        "Axis 1.4 (WSDL2Java)",
        "axis",
        needs=(*_JAVA, Need(f"{_JAR}axis.jar", "libaxis-java"), Need(f"{_JAR}javax.mail.jar", "libmail-java")),
    ),
    Client(
        "gSOAP (wsdl2h, C++)",
        "gsoap",
        needs=(Need("g++", "g++"), Need("wsdl2h", "gsoap"), Need("/usr/include/stdsoap2.h", "libgsoap-dev")),
        remark="Skips the Java binding in the WSDL with a warning",
    ),
    Client(
        "mono wsdl (.NET Framework)",
        "mono",
        needs=(Need("wsdl", "mono-devel"), Need("mcs", "mono-mcs")),
        remark="One parameter per element: a new optional element changes the method",
    ),
    Client(
        "Perl SOAP::Lite",
        "perl-lite",
        needs=(Need("/usr/share/perl5/SOAP/Lite.pm", "libsoap-lite-perl"),),
        remark="Takes address and actions from the WSDL; order, namespaces and escaping are the caller's",
    ),
    Client(
        "Perl SOAP::WSDL",
        "perl-wsdl",
        needs=(Need("wsdl2perl", "libsoap-wsdl-perl"),),
        forms=("singleWsdl",),
        remark="?singleWsdl only; where a fault has its detail is added to the typemap by hand; does not escape & in an xs:anyURI",
    ),
)
