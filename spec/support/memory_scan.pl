# Counts where texts are in the memory of another process: perl memory_scan.pl PID TEXT... prints, for each text,
# how often it is in the environment and arguments, which are at the end of the stack, and how often elsewhere.
use strict;
use warnings;
no warnings "portable"; # addresses have 64 bits

my ($pid, @texts) = @ARGV;
my (%outside, %inside);
open my $maps, '<', "/proc/$pid/maps" or die "maps: $!";
open my $memory, '<:raw', "/proc/$pid/mem" or die "mem: $!";
while (my $line = <$maps>) {
  my ($from, $to, $rights, $name) = $line =~ /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \d+\s*(.*)/ or next;
  next unless $rights =~ /^r/ && $name !~ /^\[v/;
  my ($start, $size, $bytes) = (hex $from, hex($to) - hex($from), '');
  seek $memory, $start, 0 or next;
  next unless defined read $memory, $bytes, $size;
  for my $text (@texts) {
    my $count = () = $bytes =~ /\Q$text\E/g;
    if ($name eq '[stack]') { $outside{$text} += $count } else { $inside{$text} += $count }
  }
}
printf "%d %d\n", $outside{$_} // 0, $inside{$_} // 0 for @texts;
