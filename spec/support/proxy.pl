# A CONNECT proxy for one connection at a time, which writes down what it was sent before the
# tunnel. Prints "PORT PID"; ends by itself.
#
# usage: perl proxy.pl LOG [STATUS [HEADER_LINE...]]   with a status it refuses to connect
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;

$SIG{ALRM} = sub { exit 0 };
alarm 60;
$| = 1;
open(my $log, '>>', $ARGV[0]) or die $!;
$log->autoflush(1);
my $server = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 5) or die $!;
print $server->sockport, " $$\n";

sub relay {
  my ($one, $two) = @_;
  my %to = (fileno($one) => $two, fileno($two) => $one);
  my $ready = IO::Select->new($one, $two);
  while (1) {
    for my $from ($ready->can_read) {
      return unless sysread($from, my $bytes, 65536);
      my $to = $to{ fileno $from };
      while (length $bytes) {
        my $written = syswrite($to, $bytes) or return;
        substr($bytes, 0, $written) = '';
      }
    }
  }
}

while (my $client = $server->accept) {
  my $head = '';
  while ($head !~ /\r\n\r\n/) { sysread($client, $head, 4096, length $head) or last }
  print $log $head;
  if (my ($status, @lines) = @ARGV[1 .. $#ARGV]) {
    print $client join("\r\n", "HTTP/1.1 $status Refused", @lines, "Content-Length: 0", "", "");
    close $client;
    next;
  }
  my ($target) = $head =~ /^CONNECT (\S+)/ or next;
  my $there = IO::Socket::INET->new(PeerAddr => $target) or next;
  print $client "HTTP/1.1 200 Connection established\r\n\r\n";
  relay($client, $there);
}
