namespace Vigil.Simulator;

/// <summary>One transaction of a world while it is being drawn.</summary>
struct SimulatedPayment
{
    internal const int SecondsPerDay = 86_400;

    /// <summary>The customer's number, from 0.</summary>
    internal int Customer;

    /// <summary>The terminal's number, from 0.</summary>
    internal int Terminal;

    /// <summary>Whole seconds since the start of the world.</summary>
    internal int Second;

    /// <summary>The amount in cents.</summary>
    internal int Cents;

    /// <summary>0 for a genuine transaction, else the scenario of the fraud.</summary>
    internal byte Scenario;

    /// <summary>The day, from 0.</summary>
    internal readonly int Day => Second / SecondsPerDay;
}
