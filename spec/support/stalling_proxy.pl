# A TCP proxy whose network can be paused. Prints "PORT PID"; ends by itself.
#
# usage: perl stalling_proxy.pl TARGET_PORT CONTROL_FILE
#
# The file says what happens to bytes: "to" holds those to the server back, "from" those that come from it, "both"
# all of them, "cut" ends all connections. Without the file all go on.
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;

my ($target, $control) = @ARGV;
$SIG{ALRM} = sub { exit 0 };
$SIG{PIPE} = 'IGNORE';
alarm 900;
$| = 1;
my $server = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 50) or die $!;
print $server->sockport, " $$\n";
close STDOUT;
my (%other, %is_client); # by file number

sub mode {
  open(my $file, '<', $control) or return '';
  my $word = <$file>;
  return $word // '';
}

sub drop {
  my ($one) = @_;
  return unless defined fileno $one; # it went with the other end
  my $two = delete $other{ fileno $one } or return;
  delete $other{ fileno $two };
  close $one;
  close $two;
}

sub take {
  my $client = $server->accept or return;
  my $there = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$target") or return close $client;
  $other{ fileno $client } = $there;
  $other{ fileno $there } = $client;
  $is_client{ fileno $client } = 1;
  delete $is_client{ fileno $there };
}

sub forward {
  my ($from) = @_;
  return unless defined fileno $from;
  my $to = $other{ fileno $from } or return;
  return drop($from) unless sysread($from, my $bytes, 65536);
  while (length $bytes) {
    my $written = syswrite($to, $bytes) or return drop($from);
    substr($bytes, 0, $written) = '';
  }
}

while (1) {
  my $mode = mode();
  if ($mode eq 'cut') {
    my @all = values %other;
    drop($_) for @all;
    unlink $control;
    next;
  }
  my @readable = grep {
    my $is_to = $is_client{ fileno $_ };
    $mode ne 'both' && !($is_to ? $mode eq 'to' : $mode eq 'from')
  } values %other;
  for my $ready (IO::Select->new($server, @readable)->can_read(0.02)) {
    $ready == $server ? take() : forward($ready);
  }
}
