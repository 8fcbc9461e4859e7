/* Has a Go program as its library, and asks whether Rust gives that the right answers: 0 if so. */
extern unsigned char rustgo_linked_right(void);

int main(void)
{
    return !rustgo_linked_right();
}
