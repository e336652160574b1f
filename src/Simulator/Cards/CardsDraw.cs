namespace Vigil.Simulator.Cards;

/// <summary>
/// The random streams of a <see cref="CardsWorld"/>: one of its own for every purpose, day and number, so that switching a fraud off or
/// changing it shifts no other draw.
/// </summary>
/// <param name="seed">Of the world.</param>
sealed class CardsDraw(ulong seed)
{
    const int Merchants = 1, Customer = 2, Day = 3, Copy = 4, Fraud = 16;

    internal Xoshiro256 OfMerchants() => Stream(Merchants, 0, 0);

    internal Xoshiro256 OfCustomer(int customer) => Stream(Customer, 0, customer);

    internal Xoshiro256 OfDay(int day, int customer) => Stream(Day, day, customer);

    /// <summary>For what a copied card suffers; a card is copied once a day at most.</summary>
    internal Xoshiro256 OfCopy(int day, int customer) => Stream(Copy, day, customer);

    /// <summary>For the frauds of a kind that begin on a day: number 0 counts them, the others are the frauds'.</summary>
    internal Xoshiro256 OfFraud(FraudKind kind, int day, int number) => Stream(Fraud + (int)kind, day, number);

    /// <summary>A customer's device, never 0.</summary>
    internal ulong Device(int customer, int generation) => Stream(Customer, 1 + generation, customer).Next() | 1;

    Xoshiro256 Stream(int purpose, int day, int number) => new(seed, ((ulong)purpose << 56) | ((ulong)day << 32) | (uint)number);
}
