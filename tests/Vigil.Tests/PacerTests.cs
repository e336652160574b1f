using Vigil.Ingest;
using Vigil.Simulator.Cards;
using Xunit;

namespace Vigil.Tests;

public sealed class PacerTests
{
    static readonly CardsWorldOptions s_options = new() { Customers = 300, Days = 1 };
    static readonly LabelledTransaction[] s_world = [.. new CardsWorld(s_options).Transactions()];
    static readonly Instant s_start = Instant.From(s_options.Start);

    [Theory]
    [InlineData(3.0, null)]
    [InlineData(50_000.0, null)]
    [InlineData(null, 1.0)]
    [InlineData(null, 86_400.0)]
    public void No_transaction_comes_before_it_is_due_nor_later_than_the_clock_can_tell(double? rate, double? speed)
    {
        var clock = new JumpingClock();
        var pacer = new Pacer(rate, speed, clock);
        int number = 0;
        foreach (LabelledTransaction labelled in pacer.Pace(s_world, s_start, TestContext.Current.CancellationToken))
        {
            TimeSpan due = rate is { } perSecond ? TimeSpan.FromSeconds(number / perSecond) : (labelled.Transaction.EventTime - s_start) / speed!.Value;
            Assert.InRange(clock.Elapsed, due - TimeSpan.FromMilliseconds(1), due + TimeSpan.FromMilliseconds(1));
            number++;
        }
        Assert.Equal(s_world.Length, number);
    }

    [Fact]
    public void Without_a_pace_nothing_is_waited_for()
    {
        var clock = new JumpingClock();
        Assert.Equal(s_world, new Pacer(null, null, clock).Pace(s_world, s_start, TestContext.Current.CancellationToken));
        Assert.Equal(TimeSpan.Zero, clock.Elapsed);
    }

    [Fact]
    public void Cancelling_ends_it()
    {
        using var cancel = new CancellationTokenSource();
        using var paced = new Pacer(null, null, TimeProvider.System).Pace(s_world, s_start, cancel.Token).GetEnumerator();
        Assert.True(paced.MoveNext());
        cancel.Cancel();
        Assert.Throws<OperationCanceledException>(() => paced.MoveNext());
    }

    /// <summary>A clock on which whatever is waited for happens at once, because the time jumps there.</summary>
    sealed class JumpingClock : TimeProvider
    {
        internal TimeSpan Elapsed { get; private set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Elapsed.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Elapsed += dueTime;
            return System.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
