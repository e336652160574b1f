namespace Vigil.Backtest;

/// <summary>How many transactions of each kind a window holds.</summary>
public sealed class LabelCounts
{
    /// <summary>Labelled transactions.</summary>
    public int Rows { get; private set; }

    /// <summary>Frauds among them.</summary>
    public int Frauds { get; private set; }

    /// <summary>Counts one.</summary>
    public void Add(bool fraud)
    {
        Rows++;
        if (fraud) Frauds++;
    }

    /// <summary>Checks that there are both kinds.</summary>
    /// <exception cref="InvalidDataException">One is missing.</exception>
    public void Require(string window)
    {
        if (Frauds == 0 || Frauds == Rows)
            throw new InvalidDataException(
                $"{window} holds {Frauds} frauds among {Rows} labelled transactions; "
                + "it must hold both kinds: choose another window or check the label column");
    }
}
