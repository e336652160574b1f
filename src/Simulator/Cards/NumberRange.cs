using System.Text.Json.Serialization;

namespace Vigil.Simulator.Cards;

/// <summary>A number is drawn uniformly from a range.</summary>
public readonly record struct NumberRange
{
    /// <summary>From one number to another, both included.</summary>
    /// <param name="from">At least 0.</param>
    /// <param name="to">At least <paramref name="from"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">An end is out of its range.</exception>
    [JsonConstructor]
    public NumberRange(int from, int to)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfLessThan(to, from);
        (From, To) = (from, to);
    }

    /// <summary>The smallest.</summary>
    public int From { get; }

    /// <summary>The largest.</summary>
    public int To { get; }

    internal int Draw(Xoshiro256 random) => From + (int)random.Below((long)To - From + 1);
}
