# A server with one habit, for each connection; prints "PORT PID".
#   silent    accepts, and never answers
#   flood     answers the TLS handshake with messages that a client skips, for 20 seconds
#   limited   answers one request with 429, and is gone
# usage: perl odd_server.pl HABIT
use strict;
use warnings;
use IO::Socket::INET;

my $habit = shift;
my $server = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1024) or die $!;
$| = 1;
print $server->sockport, " $$\n";
alarm 120;
$SIG{CHLD} = $SIG{PIPE} = 'IGNORE';

my %serve = (
  silent => sub { 1 while sysread $_[0], my $bytes, 4096 },
  flood => sub {
    my ($client) = @_;
    sysread $client, my $hello, 4096;
    my $requests = "\0" x 16000; # HelloRequest, of four bytes each
    my $record = "\x16\x03\x03" . pack('n', length $requests) . $requests;
    my $ends = time + 20;
    while (time < $ends) { last unless defined syswrite $client, $record }
  },
  limited => sub {
    my ($client) = @_;
    close $server;
    sysread $client, my $request, 8192;
    syswrite $client, "HTTP/1.1 429 Too Many\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    exit 0;
  },
);
while (my $client = $server->accept) {
  if ($habit eq 'limited') { $serve{limited}->($client) }
  next if fork;
  $serve{$habit}->($client);
  exit 0;
}
