<?php
// PHP SoapClient, from the served WSDL alone. What it prints is explained in ../README.md.
function tell(string $step, string $name, mixed $value): void
{
    $kind = is_bool($value) ? 'bool' : (is_int($value) ? 'int' : 'text');
    echo "$step\t$name\t$kind\t", is_bool($value) ? ($value ? 'true' : 'false') : $value, "\n";
}

function stuur(string $number): array
{
    return ['Zender' => 'vergunningen', 'Referentienummer' => getenv('INTEROP_RUN') . "-$number", 'TijdstipBericht' => date('c')];
}

function regel(int $number, string $product = 'OMGEVING', int $aantal = 1): array
{
    return ['Regelnummer' => $number, 'Productcode' => $product, 'Omschrijving' => "Café & terras, deel $number",
        'Aantal' => $aantal, 'BedragInCenten' => 8450];
}

function start(string $number, array $regels, array $changes = []): array
{
    return array_merge(['Stuurgegevens' => stuur($number), 'Kenmerk' => getenv('INTEROP_RUN') . "-$number", 'Productregel' => $regels,
        'TotaalInCenten' => 8450 * count($regels), 'Betaler' => ['Soort' => 'BURGER', 'Naam' => 'Zoë & Jan', 'Taal' => 'nl'],
        'TerugkeerUrl' => getenv('INTEROP_TERUG')], $changes);
}

/** The detail of the fault that a message gets, as SoapClient decoded it with the types of the WSDL. */
function refused(SoapClient $client, array $message): object
{
    try {
        $client->StartBetaling($message);
    } catch (SoapFault $fault) {
        if (isset($fault->detail->BetaalhubFout)) {
            return $fault->detail->BetaalhubFout;
        }
        throw $fault;
    }
    throw new Exception('not refused');
}

function controleer(SoapClient $client): void
{
    $answer = $client->Controleer(['Stuurgegevens' => stuur('c')]);
    foreach (['Aansluiting', 'ZenderNaam', 'RegisterBereikbaar', 'Tijdstip'] as $name) {
        tell('controleer', $name, $answer->$name);
    }
}

function betalingen(SoapClient $client): void
{
    $one = start('1', [regel(1)]);
    foreach (['start-1', 'again'] as $step) {
        $answer = $client->StartBetaling($one);
        foreach (['Betaalkenmerk', 'BetaalUrl', 'Status', 'Versie'] as $name) {
            tell($step, $name, $answer->$name);
        }
    }
    $answer = $client->StartBetaling(start('50', array_map('regel', range(1, 50))));
    tell('start-50', 'Betaalkenmerk', $answer->Betaalkenmerk);
    $stand = $client->VraagBetaalstatus(['Stuurgegevens' => stuur('q'), 'Betaalkenmerk' => $answer->Betaalkenmerk]);
    foreach (['Betaalkenmerk', 'Status', 'Leverbaar', 'TotaalInCenten'] as $name) {
        tell('query', $name, $stand->$name);
    }
    tell('query', 'Regels', count($stand->Regelstatus));
    tell('query', 'BedragInCenten', $stand->Regelstatus[49]->BedragInCenten);
    tell('query', 'Betaald', $stand->Regelstatus[49]->Betaald);
}

function lijsten(SoapClient $client): void
{
    $answer = $client->VraagProducten(['Stuurgegevens' => stuur('p')]);
    tell('products', 'Codes', implode(',', array_map(fn ($product) => $product->Productcode, $answer->Product)));
    tell('products', 'Omschrijving', $answer->Product[1]->Omschrijving);
    tell('products', 'GeldigVan', $answer->Product[1]->GeldigVan);
    $answer = $client->VraagWijzigingen(['Stuurgegevens' => stuur('w'), 'Vanaf' => 0, 'Maximum' => 500]);
    tell('feed', 'Betaalkenmerk', $answer->Wijziging[count($answer->Wijziging) - 1]->Betaalkenmerk);
    tell('feed', 'Volgende', $answer->Volgende);
    tell('feed', 'Compleet', $answer->Compleet);
}

function weigeringen(SoapClient $client): void
{
    $regels = [regel(1, 'ONBEKEND'), regel(1, 'ONBEKEND')];
    $fout = refused($client, start('f', $regels, ['TotaalInCenten' => 1, 'TerugkeerUrl' => 'https://elders.example/']));
    tell('refusal', 'Detail', 'tree');
    foreach (['Code', 'Plek', 'Herhaalbaar'] as $name) {
        tell('refusal', $name, $fout->$name);
    }
    tell('refusal', 'Bevindingen', implode(',', array_map(fn ($found) => $found->Code, $fout->Bevinding)));
    $fout = refused($client, start('g', [regel(1), regel(2, 'OMGEVING', 0), regel(3, 'OMGEVING', 0)]));
    tell('contract', 'Code', $fout->Code);
    foreach (['Element', 'Facet', 'Regel'] as $name) {
        tell('contract', $name, $fout->Bevinding[0]->$name);
    }
}

$client = new SoapClient(getenv('INTEROP_WSDL'), [
    'soap_version' => getenv('INTEROP_SOAP') === '1.2' ? SOAP_1_2 : SOAP_1_1,
    'login' => getenv('INTEROP_NAAM'), 'password' => getenv('INTEROP_GEHEIM'),
    'cache_wsdl' => WSDL_CACHE_NONE, 'exceptions' => true, 'features' => SOAP_SINGLE_ELEMENT_ARRAYS,
]);
controleer($client);
betalingen($client);
weigeringen($client);
lijsten($client);
tell('end', 'PHP', PHP_VERSION);
