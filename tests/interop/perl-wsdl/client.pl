#!/usr/bin/perl
# SOAP::WSDL with the classes that wsdl2perl made of the served WSDL. What it prints is explained in ../README.md.
use strict;
use warnings;
use utf8;
use POSIX qw(strftime);
use MyInterfaces::Betaalhub::BetaalhubSoap11;
use MyElements::BetaalhubFout;
binmode STDOUT, ':encoding(UTF-8)';

my $run = $ENV{INTEROP_RUN};

# Where SOAP::Lite is installed too, its transport is the one that is used.
{
    no warnings 'once';
    *SOAP::WSDL::Transport::HTTP::get_basic_credentials = *SOAP::Transport::HTTP::Client::get_basic_credentials
        = sub { return ($ENV{INTEROP_NAAM}, $ENV{INTEROP_GEHEIM}) };
}

# wsdl2perl knows the types of the fault, but not where in an answer it stands; its manual says to add that by hand.
package FaultDetail {
    use Class::Std::Fast::Storable constructor => 'none';
    use base qw(SOAP::WSDL::XSD::Typelib::ComplexType);
    my %BetaalhubFout_of : ATTR(:get<BetaalhubFout>);
    __PACKAGE__->_factory(['BetaalhubFout'], { BetaalhubFout => \%BetaalhubFout_of }, { BetaalhubFout => 'MyElements::BetaalhubFout' });
    sub get_xmlns { return 'urn:betaalhub:berichten:v1' }
    Class::Std::initialize();
}

my $typemap = MyTypemaps::Betaalhub->get_typemap;
$typemap->{"Fault/detail/$_"} = $typemap->{$_} for grep { /^BetaalhubFout/ } keys %$typemap;
$typemap->{'Fault/detail/BetaalhubFout'} = 'MyElements::BetaalhubFout';
$typemap->{'Fault/detail'} = 'FaultDetail';

# Values are objects of the classes that wsdl2perl made, on top of one per type of XML Schema.
my %kinds = (boolean => 'bool', int => 'int', long => 'int', dateTime => 'time', date => 'time');

sub say_fact {
    my ($step, $name, $value) = @_;
    my ($type) = grep { ref $value && $value->isa("SOAP::WSDL::XSD::Typelib::Builtin::$_") } keys %kinds;
    my $kind = $type ? $kinds{$type} : $value =~ /^[0-9]+$/ && !ref $value ? 'int' : 'text';
    my $text = $kind eq 'bool' ? ("$value" ? 'true' : 'false') : "$value";
    print join("\t", $step, $name, $kind, $text), "\n";
}

sub some {
    my ($step, $answer, @names) = @_;
    for my $name (@names) {
        my $get = "get_$name";
        say_fact($step, $name, $answer->$get);
    }
}

sub stuur {
    my ($number) = @_;
    return { Zender => 'vergunningen', Referentienummer => "$run-$number", TijdstipBericht => strftime('%Y-%m-%dT%H:%M:%SZ', gmtime) };
}

sub regel {
    my ($number, $product, $aantal) = @_;
    return { Regelnummer => $number, Productcode => $product // 'OMGEVING', Omschrijving => "Café & terras, deel $number",
        Aantal => $aantal // 1, BedragInCenten => 8450 };
}

# It escapes no & in an xs:anyURI, so that is the caller's.
sub escaped { my ($url) = @_; $url =~ s/&/&amp;/g; return $url }

sub start {
    my ($number, $regels, %changes) = @_;
    return { Stuurgegevens => stuur($number), Kenmerk => "$run-$number", Productregel => $regels, TotaalInCenten => $changes{totaal} // 8450 * @$regels,
        Betaler => { Soort => 'BURGER', Naam => 'Zoë & Jan', Taal => 'nl' }, TerugkeerUrl => escaped($changes{terug} // $ENV{INTEROP_TERUG}) };
}

my $hub = MyInterfaces::Betaalhub::BetaalhubSoap11->new();

sub answer {
    my ($operation, $message) = @_;
    my $answer = $hub->$operation($message);
    die $answer->get_faultstring . "\n" if ref $answer eq 'SOAP::WSDL::SOAP::Typelib::Fault11';
    return $answer;
}

some('controleer', answer('Controleer', { Stuurgegevens => stuur('c') }), qw(Aansluiting ZenderNaam RegisterBereikbaar Tijdstip));
for my $step ('start-1', 'again') {
    some($step, answer('StartBetaling', start('1', [regel(1)])), qw(Betaalkenmerk BetaalUrl Status Versie));
}
my $started = answer('StartBetaling', start('50', [map { regel($_) } 1 .. 50]));
some('start-50', $started, 'Betaalkenmerk');
my $stand = answer('VraagBetaalstatus', { Stuurgegevens => stuur('q'), Betaalkenmerk => $started->get_Betaalkenmerk . '' });
some('query', $stand, qw(Betaalkenmerk Status Leverbaar TotaalInCenten));
my @regels = @{ $stand->get_Regelstatus };
say_fact('query', 'Regels', scalar @regels);
some('query', $regels[49], qw(BedragInCenten Betaald));

sub refused {
    my $fault = $hub->StartBetaling(@_);
    die "not refused\n" unless $fault->isa('SOAP::WSDL::SOAP::Typelib::Fault11');
    return $fault->get_detail->get_BetaalhubFout;
}

my $wrong = start('f', [regel(1, 'ONBEKEND'), regel(1, 'ONBEKEND')], totaal => 1, terug => 'https://elders.example/');
my $fout = refused($wrong);
say_fact('refusal', 'Detail', 'typed');
some('refusal', $fout, qw(Code Plek Herhaalbaar));
say_fact('refusal', 'Bevindingen', join(',', map { $_->get_Code } @{ $fout->get_Bevinding }));
$fout = refused(start('g', [regel(1), regel(2, 'OMGEVING', 0), regel(3, 'OMGEVING', 0)]));
some('contract', $fout, 'Code');
some('contract', $fout->get_Bevinding->[0], qw(Element Facet Regel));

my @products = @{ answer('VraagProducten', { Stuurgegevens => stuur('p') })->get_Product };
say_fact('products', 'Codes', join(',', map { $_->get_Productcode } @products));
some('products', $products[1], qw(Omschrijving GeldigVan));
my $feed = answer('VraagWijzigingen', { Stuurgegevens => stuur('w'), Vanaf => 0, Maximum => 500 });
some('feed', $feed->get_Wijziging->[-1], 'Betaalkenmerk');
some('feed', $feed, qw(Volgende Compleet));
say_fact('end', 'SOAP::WSDL', "$SOAP::WSDL::Client::VERSION on Perl " . sprintf('%vd', $^V));
