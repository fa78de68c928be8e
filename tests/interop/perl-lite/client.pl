#!/usr/bin/perl
# SOAP::Lite, from the served WSDL alone. What it prints is explained in ../README.md.
use strict;
use warnings;
use utf8;
use POSIX qw(strftime);
use SOAP::Lite;
binmode STDOUT, ':encoding(UTF-8)';

my ($run, $ber, $typ) = ($ENV{INTEROP_RUN}, 'urn:betaalhub:berichten:v1', 'urn:betaalhub:typen:v1');

sub tell_fact { my ($step, $name, $value) = @_; print join("\t", $step, $name, 'text', $value), "\n"; }

sub SOAP::Transport::HTTP::Client::get_basic_credentials { return ($ENV{INTEROP_NAAM}, $ENV{INTEROP_GEHEIM}) }

# SOAP::Lite reads operations and addresses from a WSDL, not the schemas: order, namespaces and the escaping of text without a type are ours.
sub element {
    my ($name, $value, $prefix) = @_;
    return SOAP::Data->name($name)->prefix($prefix)->value(ref $value ? $value : SOAP::Utils::encode_data($value));
}

sub ber { return element(@_, 'ber') }

sub typ {
    my @members = @_;
    my @found;
    while (my ($name, $value) = splice(@members, 0, 2)) { push @found, element($name, $value, 'typ') }
    return \SOAP::Data->value(@found);
}

sub stuur {
    my ($number) = @_;
    my $now = strftime('%Y-%m-%dT%H:%M:%SZ', gmtime);
    return ber('Stuurgegevens', typ(Zender => 'vergunningen', Referentienummer => "$run-$number", TijdstipBericht => $now));
}

sub regel {
    my ($number, $product, $aantal) = @_;
    return ber('Productregel', typ(Regelnummer => $number, Productcode => $product // 'OMGEVING', Omschrijving => "Café & terras, deel $number",
        Aantal => $aantal // 1, BedragInCenten => 8450));
}

sub start {
    my ($number, $regels, %changes) = @_;
    return (stuur($number), ber('Kenmerk', "$run-$number"), @$regels, ber('TotaalInCenten', $changes{totaal} // 8450 * @$regels),
        ber('Betaler', typ(Soort => 'BURGER', Naam => 'Zoë & Jan', Taal => 'nl')), ber('TerugkeerUrl', $changes{terug} // $ENV{INTEROP_TERUG}));
}

# The address and the SOAPActions come from the WSDL.
my ($service) = values %{SOAP::Schema->new(schema_url => $ENV{INTEROP_WSDL})->parse->services};
my $hub = SOAP::Lite->new(proxy => [$service->{Controleer}{endpoint}->value, timeout => 20]);
$hub->autotype(0);
$hub->serializer->register_ns($ber, 'ber');
$hub->serializer->register_ns($typ, 'typ');
$hub->on_fault(sub { my ($soap, $answer) = @_; return ref $answer ? $answer : die $soap->transport->status . "\n" });

sub call {
    my ($operation, @elements) = @_;
    my $action = $service->{$operation}{soapaction}->value;
    return $hub->on_action(sub { "\"$action\"" })->call(SOAP::Data->name($operation)->prefix('ber'), @elements);
}

sub answer { my $answer = call(@_); die $answer->faultstring . "\n" if $answer->fault; return $answer->body->{"$_[0]Response"}; }
sub some { my ($step, $answer, @names) = @_; tell_fact($step, $_, $answer->{$_}) for @names; }

some('controleer', answer('Controleer', stuur('c')), qw(Aansluiting ZenderNaam RegisterBereikbaar Tijdstip));
for my $step ('start-1', 'again') {
    some($step, answer('StartBetaling', start('1', [regel(1)])), qw(Betaalkenmerk BetaalUrl Status Versie));
}
my $started = answer('StartBetaling', start('50', [map { regel($_) } 1 .. 50]));
some('start-50', $started, 'Betaalkenmerk');
my $query = call('VraagBetaalstatus', stuur('q'), ber('Betaalkenmerk', $started->{Betaalkenmerk}));
some('query', $query->body->{VraagBetaalstatusResponse}, qw(Betaalkenmerk Status Leverbaar TotaalInCenten));
my @regels = $query->valueof('//VraagBetaalstatusResponse/Regelstatus');
tell_fact('query', 'Regels', scalar @regels);
some('query', $regels[49], qw(BedragInCenten Betaald));

my $refusal = call('StartBetaling', start('f', [regel(1, 'ONBEKEND'), regel(1, 'ONBEKEND')], totaal => 1, terug => 'https://elders.example/'));
tell_fact('refusal', 'Detail', 'tree');
some('refusal', $refusal->faultdetail->{BetaalhubFout}, qw(Code Plek Herhaalbaar));
tell_fact('refusal', 'Bevindingen', join(',', map { $_->{Code} } $refusal->valueof('//BetaalhubFout/Bevinding')));
my $contract = call('StartBetaling', start('g', [regel(1), regel(2, 'OMGEVING', 0), regel(3, 'OMGEVING', 0)]));
some('contract', $contract->faultdetail->{BetaalhubFout}, 'Code');
some('contract', ($contract->valueof('//BetaalhubFout/Bevinding'))[0], qw(Element Facet Regel));

my $producten = call('VraagProducten', stuur('p'));
die $producten->faultstring . "\n" if $producten->fault;
my @products = $producten->valueof('//VraagProductenResponse/Product');
tell_fact('products', 'Codes', join(',', map { $_->{Productcode} } @products));
some('products', $products[1], qw(Omschrijving GeldigVan));
my $feed = call('VraagWijzigingen', stuur('w'), ber('Vanaf', 0), ber('Maximum', 500));
die $feed->faultstring . "\n" if $feed->fault;
some('feed', ($feed->valueof('//VraagWijzigingenResponse/Wijziging'))[-1], 'Betaalkenmerk');
some('feed', $feed->body->{VraagWijzigingenResponse}, qw(Volgende Compleet));
tell_fact('end', 'SOAP::Lite', "$SOAP::Lite::VERSION on Perl " . sprintf('%vd', $^V));
