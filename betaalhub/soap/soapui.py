"""Makes a SoapUI project from the contract and its examples: every operation, with a request that can be sent at once."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping

from lxml import etree

from betaalhub.wire.contract_files import SOAP_BINDINGS, WSDL, ContractFiles, Operation
from betaalhub.wire.versions import ENVELOPE_11

_NAMESPACE = "http://eviware.com/soapui/config"
_CON = f"{{{_NAMESPACE}}}"
_XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_IDS = uuid.uuid5(uuid.NAMESPACE_URL, "urn:betaalhub:dienst:v1")
_REQUEST = "-vraag.xml"
# Asked of whoever opens the project; a password belongs in no file.
_PROPERTIES = {"gebruiker": "esb-demo", "wachtwoord": ""}


def soapui_project(contracts: Iterable[ContractFiles], voorbeelden: Mapping[str, bytes], url: str) -> bytes:
    """The project as XML: one interface per contract, with the WSDL inside; the first contract is served at `url`.

    `voorbeelden` are envelopes by file name. Requests in SOAP 1.1 that fit the contract become requests in the project.
    """
    root = etree.Element(_CON + "soapui-project", nsmap={"con": _NAMESPACE})
    _set(
        root, id=_id("project"), activeEnvironment="Default", name="Betaalhub v1", resourceRoot="", abortOnError="false"
    )
    root.set("soapui-version", "5.7.0")
    etree.SubElement(root, _CON + "settings")
    for number, contract in enumerate(contracts):
        _interface(root, contract, voorbeelden, url if number == 0 else _address(contract))
    properties = etree.SubElement(root, _CON + "properties")
    for name, value in _PROPERTIES.items():
        one = etree.SubElement(properties, _CON + "property")
        _text(one, name=name, value=value)
    etree.SubElement(root, _CON + "wssContainer")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _interface(root: etree._Element, contract: ContractFiles, voorbeelden: Mapping[str, bytes], url: str) -> None:
    binding = _found(contract, "binding")
    name, namespace = binding.get("name", ""), contract.wsdl.get("targetNamespace")
    node = etree.SubElement(root, _CON + "interface", {_XSI_TYPE: "con:WsdlInterface"})
    _set(node, id=_id(name), wsaVersion="NONE", name=name, type="wsdl", bindingName=f"{{{namespace}}}{name}")
    _set(node, soapVersion="1_1", anonymous="optional", definition=f"{url}?wsdl")
    etree.SubElement(node, _CON + "settings")
    cache = etree.SubElement(node, _CON + "definitionCache", type="TEXT", rootPart=f"{url}?wsdl")
    part = etree.SubElement(cache, _CON + "part")
    _text(part, url=f"{url}?wsdl")
    _cdata(part, "content", contract.documents(url)["singleWsdl"])
    _text(part, type=WSDL[1:-1])
    _text(etree.SubElement(node, _CON + "endpoints"), endpoint=url)
    for operation in contract.operations.values():
        _operation(node, operation, dict(_requests(contract, operation, voorbeelden)), url)


def _operation(interface: etree._Element, operation: Operation, requests: Mapping[str, bytes], url: str) -> None:
    node = etree.SubElement(interface, _CON + "operation", id=_id(operation.action), isOneWay="false")
    _set(node, action=operation.action, name=operation.name, bindingOperationName=operation.name)
    _set(node, type="Request-Response", outputName="", inputName="", receivesAttachments="false")
    _set(node, sendsAttachments="false", anonymous="optional")
    etree.SubElement(node, _CON + "settings")
    for name, envelope in requests.items():
        _call(node, operation, name, envelope, url)


def _call(operation: etree._Element, of: Operation, name: str, envelope: bytes, url: str) -> None:
    call = etree.SubElement(operation, _CON + "call", id=_id(name), name=name)
    etree.SubElement(call, _CON + "settings")
    _text(call, encoding="UTF-8", endpoint=url)
    _cdata(call, "request", envelope)
    credentials = etree.SubElement(call, _CON + "credentials")
    _text(credentials, username="${#Project#gebruiker}", password="${#Project#wachtwoord}")
    _text(credentials, selectedAuthProfile="Basic", addedBasicAuthenticationTypes="Basic", authType="Preemptive")
    etree.SubElement(call, _CON + "jmsConfig", JMSDeliveryMode="PERSISTENT")
    etree.SubElement(call, _CON + "jmsPropertyConfig")
    etree.SubElement(call, _CON + "wsaConfig", mustUnderstand="NONE", version="200508", action=of.action)
    etree.SubElement(call, _CON + "wsrmConfig", version="1.2")


def _requests(
    contract: ContractFiles, operation: Operation, voorbeelden: Mapping[str, bytes]
) -> Iterator[tuple[str, bytes]]:
    """The examples with a request of this operation, by a name without ending."""
    for name, content in voorbeelden.items():
        body = etree.fromstring(content).find(f"{{{ENVELOPE_11}}}Body") if name.endswith(_REQUEST) else None
        if body is not None and body[0].tag == operation.request and not contract.validate(body[0]):
            yield name.removesuffix(_REQUEST), content


def _address(contract: ContractFiles) -> str:
    """The example address in a WSDL."""
    port = _found(contract, "service").find(WSDL + "port")
    return next(node.get("location", "") for node in port.iter(*(one + "address" for one in SOAP_BINDINGS)))  # type: ignore[union-attr]


def _found(contract: ContractFiles, kind: str) -> etree._Element:
    return next(contract.wsdl.iterchildren(WSDL + kind))


def _id(name: str) -> str:
    """The same id for the same thing in every project that we make."""
    return str(uuid.uuid5(_IDS, name))


def _set(node: etree._Element, **attributes: str) -> None:
    for name, value in attributes.items():
        node.set(name, value)


def _text(parent: etree._Element, **texts: str) -> None:
    for name, text in texts.items():
        etree.SubElement(parent, _CON + name).text = text


def _cdata(parent: etree._Element, name: str, content: bytes) -> None:
    etree.SubElement(parent, _CON + name).text = etree.CDATA(content.decode())
