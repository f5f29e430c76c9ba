# An HTTP/2 server over TLS that does to each request, in turn, what it is told: "refuse" its
# stream, say "goaway" to it, ask for HTTP/1.1 by "downgrade", "answer" 204, "mute" the connection
# from then on, "drop" the request. Writes down what it did. Prints "PORT PID"; ends by
# itself. A process for each connection, whose TLS is done by an openssl s_server of its own.
#
# usage: perl h2_server.pl CERTIFICATE KEY LOG ACTION...
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;
use IPC::Open2;

my ($certificate, $key, $log_file, @actions) = @ARGV;
my $group = $$;
setpgrp 0, 0;
$SIG{ALRM} = $SIG{TERM} = sub { $SIG{TERM} = 'IGNORE'; kill 'TERM', -$group; exit 0 };
$SIG{PIPE} = $SIG{CHLD} = 'IGNORE';
alarm 60;
$| = 1;
my $server = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 5) or die $!;
print $server->sockport, " $$\n";
open STDOUT, '>', '/dev/null';
open STDERR, '>', '/dev/null';

sub relay {
  my ($one, $two) = @_;
  my %to = (fileno($one) => $two, fileno($two) => $one);
  my $ready = IO::Select->new($one, $two);
  while (1) {
    for my $from ($ready->can_read) {
      sysread($from, my $bytes, 65536) or return;
      syswrite $to{ fileno $from }, $bytes;
    }
  }
}

# The decrypted bytes that this connection brings, and where to write those to be encrypted.
sub decrypt {
  my ($client) = @_;
  my $probe = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1) or die $!;
  my $port = $probe->sockport;
  close $probe;
  open2(my $from, my $to, 'openssl', 's_server', '-accept', "127.0.0.1:$port", '-naccept', 1,
    '-cert', $certificate, '-key', $key, '-alpn', 'h2,http/1.1', '-quiet');
  my $tls;
  for (1 .. 200) {
    last if $tls = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port");
    select undef, undef, undef, 0.02;
  }
  if (fork == 0) { relay($client, $tls); exit 0 }
  return ($from, $to);
}

sub next_action {
  open(my $log, '+>>', $log_file) or die $!;
  seek $log, 0, 0;
  my @done = <$log>;
  my $action = $actions[@done] // 'answer';
  print $log "$action\n";
  return $action;
}

# Over HTTP/1.1 it answers each request with 204.
sub serve_http1 {
  my ($to, $bytes, $from) = @_;
  do {
    while ($bytes =~ s/^.*?\r\n\r\n//s) {
      next_action();
      syswrite $to, "HTTP/1.1 204 No Content\r\n\r\n";
    }
  } while (sysread $from, $bytes, 65536, length $bytes);
}

sub serve {
  my ($from, $to) = @_;
  my $send = sub {
    my ($type, $flags, $stream, $payload) = @_;
    syswrite $to, substr(pack('N', length $payload), 1) . pack('CCN', $type, $flags, $stream)
      . $payload;
  };
  my %act = (
    refuse => sub { $send->(3, 0, $_[0], pack 'N', 7) },
    goaway => sub { $send->(7, 0, 0, pack 'NN', 0, 0) },
    downgrade => sub { $send->(3, 0, $_[0], pack 'N', 13) },
    mute => sub { sleep 60 },
    drop => sub { },
    answer => sub { $send->(1, 5, $_[0], "\x89") },
  );
  my ($bytes, $skip) = ('', length "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  sysread $from, $bytes, 65536;
  return serve_http1($to, $bytes, $from) if $bytes !~ /^PRI/;
  $send->(4, 0, 0, '');
  my $is_first = 1;
  while ($is_first || sysread $from, $bytes, 65536, length $bytes) {
    $is_first = 0;
    while (length $bytes >= $skip + 9) {
      my ($high, $low, $type, $flags, $stream) = unpack 'CnCCN', substr $bytes, $skip;
      my $end = $skip + 9 + $high * 65536 + $low;
      last if length $bytes < $end;
      substr($bytes, 0, $end) = '';
      $skip = 0;
      $send->(4, 1, 0, '') if $type == 4 && !($flags & 1);
      $act{ next_action() }->($stream) if $type == 1;
    }
  }
}

while (my $client = $server->accept) {
  next if fork;
  serve(decrypt($client));
  exit 0;
}
