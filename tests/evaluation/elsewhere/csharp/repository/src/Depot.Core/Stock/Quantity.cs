namespace Depot.Core.Stock;

/// <summary>Pieces in the shelves.</summary>
public readonly record struct Quantity(int Pieces)
{
    public static Quantity operator +(Quantity left, Quantity right) => new(left.Pieces + right.Pieces);

    public static Quantity operator -(Quantity left, Quantity right) => new(Math.Max(0, left.Pieces - right.Pieces));

    public override string ToString() => $"{Pieces} pcs";
}
